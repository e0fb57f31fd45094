"""A call record: from a NewCdr report (L5684-L5776) or from a downloaded row (L4341)."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Final, Literal, cast

from pbx.numbers import number_of
from pbx.reports.parsing.fingerprint import record_fingerprint
from pbx.reports.parsing.instants import call_started_at, cdr_time
from pbx.reports.parsing.lenient import MAX_CALLID, MAX_TEXT, clean
from pbx.reports.parsing.report import ParsedReport, Unreadable

Direction = Literal["internal", "outbound", "inbound", "transfer", "callback"]

_DIRECTIONS: Final = frozenset({"internal", "outbound", "inbound", "transfer", "callback"})
# Reports, English guide, API 2.0 and downloaded files use different names (T25).
_DESTINATION_TRUNK: Final = ("desttrunkname", "dstrunkname", "dsttrcunkname", "dsttrunkname")
# Known spellings of the same status (Chinese manual, API 2.0), letters only.
_STATUSES: Final = {"ANSWERD": "ANSWERED", "NOANSWERED": "NOANSWER"}
UNANSWERED_STATUSES: Final = frozenset({"NOANSWER", "BUSY", "FAILED", "VOICEMAIL"})
_DURATION: Final = re.compile(r"[0-9]{1,7}")
_MAX_NUMBER: Final = 64
_MAX_STATUS: Final = 32


class Answer(StrEnum):
    """What the status of a call record says; the manual's example has only ``ANSWERED`` (L5720)."""

    ANSWERED = "answered"
    UNANSWERED = "unanswered"
    UNKNOWN = "unknown"


def answer_of(status: str) -> Answer:
    """Whether a call was answered, by its status in any known spelling (T25).

    A call without a status counts as unanswered.
    """
    letters = status_letters(status)
    if letters == "ANSWERED":
        return Answer.ANSWERED
    return Answer.UNANSWERED if not letters or letters in UNANSWERED_STATUSES else Answer.UNKNOWN


def status_letters(text: str) -> str:
    """A status in capitals without spaces and punctuation: ``No Answer`` becomes ``NOANSWER``."""
    letters = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).upper()))
    return _STATUSES.get(letters, letters)[:_MAX_STATUS]


@dataclass(frozen=True)
class CallRecord:
    """One leg of a call (T8).

    :ivar fingerprint: the leg's identity, the same for report and download
    :ivar timestart: the PBX's local time as text; see :meth:`started_at`
    :ivar call_to: the number as dialed, with the outside-line digit (T10)
    :ivar call_seconds: the whole call, including ringing
    :ivar talk_seconds: the answered part: what is billed
    :ivar status: letters only, capitals: ``ANSWERED``, ``NOANSWER``, ``BUSY``, ``FAILED``, …
    """

    fingerprint: str
    callid: str
    sn: str
    timestart: str
    call_from: str
    call_to: str
    call_seconds: int
    talk_seconds: int
    direction: Direction
    status: str
    source_trunk: str
    destination_trunk: str
    pin_code: str
    did_number: str
    recording: str

    @classmethod
    def of_report(cls, report: ParsedReport) -> "CallRecord":
        """The call record in a NewCdr report; raises :class:`Unreadable`."""
        return cls.of_row({**report.fields, "callid": report.callid, "sn": report.sn})

    @classmethod
    def of_row(cls, row: Mapping[str, str]) -> "CallRecord":
        """The call record in a row of a downloaded file, by column name.

        :raises Unreadable: a value that is needed for charging the call is missing; the reason
            names it
        """
        fields = {name.strip().lower(): clean(text)[:MAX_TEXT] for name, text in row.items()}
        fields["callid"] = _callid(fields)
        status = status_letters(fields.get("status", ""))
        number = {name: fields.get(name, "")[:_MAX_NUMBER] for name in _NUMBERS}
        return cls(
            fingerprint=record_fingerprint(fields),
            callid=fields["callid"],
            sn=number["sn"],
            timestart=number["timestart"],
            call_from=number["callfrom"],
            call_to=number["callto"],
            call_seconds=_seconds(fields, "callduraction"),
            talk_seconds=_talk_seconds(fields, status),
            direction=_direction(fields),
            status=status,
            source_trunk=number["srctrunkname"],
            destination_trunk=_first(fields, _DESTINATION_TRUNK)[:_MAX_NUMBER],
            pin_code=number["pincode"],
            did_number=number["didnumber"],
            recording=fields.get("recording", ""),
        )

    @property
    def answered(self) -> bool:
        """Whether the called party answered; voicemail does not count."""
        return answer_of(self.status) == Answer.ANSWERED

    @property
    def caller(self) -> str:
        """The caller's number; empty if the text has none (:mod:`pbx.numbers`)."""
        return number_of(self.call_from)

    @property
    def callee(self) -> str:
        """The called number, with the outside-line digit; empty if the text has none."""
        return number_of(self.call_to)

    def started_at(self, zone: tzinfo) -> datetime | None:
        """When this leg began (aware, UTC): ``timestart`` in the PBX's ``zone``.

        The ``callid`` decides in the hour that occurs twice, and replaces an unreadable
        ``timestart``. None if neither can be read. The start of the *call*, of which this may be a
        later leg, is :func:`~pbx.reports.parsing.instants.call_started_at` of its ``callid``.
        """
        call = call_started_at(self.callid)
        return cdr_time(self.timestart, zone, not_before=call) or call


_NUMBERS: Final = (
    "sn",
    "timestart",
    "callfrom",
    "callto",
    "srctrunkname",
    "pincode",
    "didnumber",
)


def _callid(fields: Mapping[str, str]) -> str:
    callid = fields.get("callid", "")
    if not callid:
        raise Unreadable("callid is missing from the call record")
    return callid[:MAX_CALLID]


def _first(fields: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((fields[name] for name in names if fields.get(name)), "")


def _direction(fields: Mapping[str, str]) -> Direction:
    text = fields.get("type", "").lower()
    if text not in _DIRECTIONS:
        raise Unreadable(f"type {fields.get('type', '')[:_MAX_STATUS]!r} is not a kind of call")
    return cast(Direction, text)


def _talk_seconds(fields: Mapping[str, str], status: str) -> int:
    if not fields.get("talkduraction") and status in UNANSWERED_STATUSES:
        return 0  # fields that do not apply may be absent or empty
    return _seconds(fields, "talkduraction")


def _seconds(fields: Mapping[str, str], name: str) -> int:
    text = fields.get(name, "")
    if not _DURATION.fullmatch(text):
        raise Unreadable(
            f"{name} {text[:_MAX_STATUS]!r} is not a number of seconds"
            if text
            else f"{name} is missing from the call record"
        )
    return int(text)
