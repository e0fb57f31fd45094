"""Reports of the PBX that tell whether somebody was reached.

Who calls when an alarm rings is not documented (T6): every report that names the phone counts as
a sign, and the other side of the call, if there is one, is noted with it.
"""

from datetime import datetime, timedelta
from typing import Final

from pbx.models import Report
from pbx.numbers import number_or_text
from pbx.reports.parsing import (
    CallRecord,
    ExtensionState,
    KeysPressed,
    ParsedReport,
    Unreadable,
    call_started_at,
)
from pbx.reports.registry import Ignored, Outcome, Processed
from rooms.models import Property
from rooms.report_handlers import property_of
from rooms.stays.attribution import phone_at
from wakeups.outcome import record_observations
from wakeups.outcome.observations import Sign, What

_KINDS: Final = {
    "RING": What.RINGS,
    "ANSWER": What.ANSWERED,
    "ANSWERED": What.ANSWERED,
    "BYE": What.HUNG_UP,
    "CallFailed": What.NOT_REACHED,
    "PlayPromptEnd": What.PROMPT_ENDED,
    "DTMF": What.KEYS,
}
# What tells of a call's beginning; the rest may come minutes after it.
_AT_THE_BEGINNING: Final = (What.RINGS, What.ANSWERED, What.NOT_REACHED)
_STATES: Final = {
    "ringing": What.RINGING,
    "busy": What.BUSY,
    "idle": What.IDLE,
    "registered": What.IDLE,
    "unregistered": What.AWAY,
    "unavailable": What.AWAY,
}


def watch(report: Report, parsed: ParsedReport) -> None:
    """Keep what the report tells about a wake-up call; others may need it, too."""
    property_ = property_of(report)
    if property_ is not None:
        _keep(property_, report, parsed)


def take(report: Report, parsed: ParsedReport) -> Outcome:
    """The same, for reports that nobody else needs."""
    property_ = property_of(report)
    if property_ is not None and _keep(property_, report, parsed):
        return Processed("It tells of a wake-up call.")
    return Ignored("It is about no wake-up call.")


def keys(report: Report, parsed: ParsedReport) -> Outcome | None:
    """Keys of a guest in our call are an answer to it, and no code of the hotel's."""
    property_ = property_of(report)
    if property_ is None or "*" in KeysPressed.of_report(parsed).keys:
        return None  # a code such as 777*01
    if _keep(property_, report, parsed):
        return Processed("Keys pressed in a wake-up call.")
    return None


def desk_state(report: Report, parsed: ParsedReport) -> None:
    """The state of a phone in no room: is it the desk's, which we are calling?"""
    property_ = property_of(report)
    for extension, sign in signs_of(parsed, report.received_at):
        if property_ and phone_at(property_, extension) is None:
            record_observations.keep(property_, extension, sign)


def signs_of(parsed: ParsedReport, came_at: datetime) -> list[tuple[str, Sign]]:
    """What a report says about each phone of the house that it names."""
    if parsed.action == "ExtensionStatus":
        state = ExtensionState.of_report(parsed)
        what = _STATES.get(state.status)
        return [(state.extension, Sign(came_at, what))] if what else []
    if parsed.action == "NewCdr":
        return _record(parsed, came_at)
    extensions = dict.fromkeys(parsed.extensions)
    outside = any(party.kind != "ext" for party in parsed.parties)
    sign = _sign(parsed, came_at, stranger=outside or len(extensions) > 1)
    return [(each, sign) for each in extensions]


def _keep(property_: Property, report: Report, parsed: ParsedReport) -> bool:
    signs = signs_of(parsed, report.received_at)
    if not signs and parsed.callid:  # older firmware leaves the party out
        ours = record_observations.extension_of_call(property_, parsed.callid)
        signs = [(ours, _sign(parsed, report.received_at, stranger=False))] if ours else []
    kept = [record_observations.keep(property_, extension, sign) for extension, sign in signs]
    return any(kept)


def _sign(parsed: ParsedReport, came_at: datetime, *, stranger: bool) -> Sign:
    what = _KINDS.get(parsed.action, What.RECORD)
    detail = parsed.fields.get("reason", "")
    if what == What.KEYS:
        pressed = KeysPressed.of_report(parsed)
        detail = pressed.keys or pressed.key
    at = came_at
    begun = call_started_at(parsed.callid)
    if what in _AT_THE_BEGINNING and begun and came_at - begun > record_observations.EARLY:
        at = begun  # it came late, after a fault on the way
    return Sign(at, what, parsed.callid, stranger, detail[:64])


def _record(parsed: ParsedReport, came_at: datetime) -> list[tuple[str, Sign]]:
    """For either side of the call. Of another's call the end counts, of ours the beginning."""
    try:
        record = CallRecord.of_report(parsed)
    except Unreadable:
        return []
    begun = min(call_started_at(record.callid) or came_at, came_at)
    ended = min(came_at, begun + timedelta(seconds=record.call_seconds))
    outside = record.direction in ("inbound", "outbound")
    found: list[tuple[str, Sign]] = []
    parties = (number_or_text(record.call_from), number_or_text(record.call_to))
    for each, other in dict.fromkeys((parties, parties[::-1])):
        stranger = outside or _is_number(other, each)
        at = ended if stranger else begun
        if each:
            found.append((each, Sign(at, What.RECORD, parsed.callid, stranger, record.status)))
    return found


def _is_number(other: str, extension: str) -> bool:
    """Whether the other side is another phone; for an alarm it may be empty, a word or itself."""
    return other.isascii() and other.isdigit() and other != extension
