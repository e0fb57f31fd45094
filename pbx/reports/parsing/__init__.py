"""Parsing of the PBX's reports: pure functions of bytes and text.

:func:`parse_report` parses any report or says why it cannot; the rest are typed views of the result
and of its times.
"""

from pbx.reports.parsing.call_record import (
    UNANSWERED_STATUSES,
    Answer,
    CallRecord,
    Direction,
    answer_of,
)
from pbx.reports.parsing.fingerprint import record_fingerprint
from pbx.reports.parsing.instants import call_started_at, cdr_time, wall_clock
from pbx.reports.parsing.report import ParsedReport, Party, PartyKind, Unreadable, parse_report
from pbx.reports.parsing.views import ExtensionState, KeysPressed

__all__ = [
    "UNANSWERED_STATUSES",
    "Answer",
    "CallRecord",
    "Direction",
    "ExtensionState",
    "KeysPressed",
    "ParsedReport",
    "Party",
    "PartyKind",
    "Unreadable",
    "answer_of",
    "call_started_at",
    "cdr_time",
    "parse_report",
    "record_fingerprint",
    "wall_clock",
]
