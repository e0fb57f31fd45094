"""Call records as a file: cdr/get_random, then cdr/download (L4273-L4345)."""

import csv
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from io import StringIO
from typing import Final

from pbx.client.answers import needed, parse_answer, successful
from pbx.client.caller import Caller, ask
from pbx.client.values import joined_ids
from pbx.errors import NoCallRecords, ServerFault
from pbx.reports.parsing.lenient import clean

# Without these columns a file is not usable for charging calls: that is a single fault of the file,
# not one for each call.
_NEEDED: Final = frozenset(
    {"callid", "timestart", "callfrom", "callto", "callduraction", "talkduraction", "type"}
)


class CallRecords:
    """The PBX's own list of calls."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def download(
        self, start: datetime, end: datetime, extids: Iterable[str] | None = None
    ) -> tuple[Mapping[str, str], ...]:
        """The rows of a period, by lower-case column name; an empty list is no error.

        :param start: naive, in the PBX's local time, like ``end``
        :param extids: of these extensions only; None: of all
        :raises AnswerTooLarge: request a shorter period
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
        """Both steps with one token: the link is valid for 30 seconds and one use (L4278)."""
        transport = self._caller.transport
        random = needed(ask(transport, "cdr/get_random", query, token), "random")
        link = {**query, "token": token, "random": random}
        text = transport.get_text("cdr/download", link)
        if text.lstrip("\ufeff \t\r\n").startswith("{"):
            successful(parse_answer(text))  # an error is JSON instead of the file
            raise ServerFault("The PBX sent something other than call records. It is tried again.")
        return text


def _on_the_pbx(instant: datetime) -> str:
    if instant.tzinfo is not None:
        raise ValueError("the period must be in the PBX's local time, without a zone")
    return f"{instant:%Y-%m-%d %H:%M:%S}"


def _rows(text: str) -> tuple[Mapping[str, str], ...]:
    """Rows by the names in the header: the columns differ between firmware versions."""
    lines = csv.reader(
        StringIO(text.replace("\0", "").strip("\ufeff \r\n"), newline=""), skipinitialspace=True
    )
    try:
        names = [clean(name).lower() for name in next(lines, [])]
        if missing := _NEEDED.difference(names):
            raise ServerFault(
                "The file of call records that the PBX sent cannot be read: it has no column "
                f"{', '.join(sorted(missing))}."
            )
        return tuple(_row(names, line) for line in lines if any(cell.strip() for cell in line))
    except csv.Error:
        raise ServerFault(
            "The file of call records that the PBX sent cannot be read: it is not CSV."
        ) from None


def _row(names: Sequence[str], line: Sequence[str]) -> Mapping[str, str]:
    """One row by column name; a cell without a name, after a final comma, is dropped."""
    cells = zip(names, line, strict=False)
    return {sys.intern(name): clean(cell) for name, cell in cells if name}
