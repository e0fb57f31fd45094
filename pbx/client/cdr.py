"""Call records as a file: cdr/get_random, then cdr/download (L4273-L4345)."""

import csv
from collections.abc import Iterable, Mapping
from datetime import datetime
from io import StringIO
from typing import Final

from pbx.client.answers import needed, parse_answer, successful
from pbx.client.caller import Caller, ask
from pbx.client.values import joined_ids
from pbx.errors import NoCallRecords, ServerFault
from pbx.parsing.lenient import clean

# Without these a file is no list of calls.
_NEEDED: Final = frozenset({"callid", "timestart", "callfrom", "callto"})


class CallRecords:
    """The PBX's own list of calls."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def download(
        self, start: datetime, end: datetime, extids: Iterable[str] | None = None
    ) -> tuple[Mapping[str, str], ...]:
        """The rows of a period, each by lower-case column name; none at all is no error.

        :param start: naive, on the PBX's clock, as is ``end``
        :param extids: of these extensions; None: of all
        :raises AnswerTooLarge: ask for a shorter period
        """
        query = {
            "extid": "all" if extids is None else joined_ids(extids),
            "starttime": _on_the_pbx(start),
            "endtime": _on_the_pbx(end),
        }
        try:
            return _rows(self._caller.with_token(lambda token: self._file(query, token)))
        except NoCallRecords:
            return ()

    def _file(self, query: Mapping[str, str], token: str) -> str:
        """Both steps with one token: the link lives for 30 seconds and one use (L4278)."""
        transport = self._caller.transport
        random = needed(ask(transport, "cdr/get_random", query, token), "random")
        link = {**query, "token": token, "random": random}
        text = transport.get_text("cdr/download", link)
        if text.lstrip("\ufeff \t\r\n").startswith("{"):
            successful(parse_answer(text))  # an error comes as JSON in place of the file
            raise ServerFault("The PBX sent no call records in place of them. It is tried again.")
        return text


def _on_the_pbx(instant: datetime) -> str:
    if instant.tzinfo is not None:
        raise ValueError("the period is wanted on the PBX's clock, without a zone")
    return f"{instant:%Y-%m-%d %H:%M:%S}"


def _rows(text: str) -> tuple[Mapping[str, str], ...]:
    """Rows by the header's names: which columns there are differs with the firmware."""
    try:
        lines = list(csv.reader(StringIO(text.replace("\0", "").strip("\ufeff \r\n"), newline="")))
    except csv.Error:
        lines = []
    names = [clean(name).lower() for name in lines[0]] if lines else []
    if not _NEEDED.issubset(names):
        raise ServerFault("The file of call records that the PBX sent cannot be read.")
    return tuple(
        dict(zip(names, (clean(cell) for cell in line), strict=False))
        for line in lines[1:]
        if any(cell.strip() for cell in line)
    )
