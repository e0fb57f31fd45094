"""Handlers of the reports that show whether somebody was reached.

Which number calls when an alarm rings is not documented (T6). So every report that names the phone
is recorded as an observation, together with whether the call has another party.
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
from wakeups.models.observation import Observation, ObservationKind
from wakeups.outcome.record_observations import (
    CLOCK_TOLERANCE,
    extension_of_call,
    record_observation,
)

_CALL_KINDS: Final = {
    "RING": ObservationKind.CALL_RINGING,
    "ANSWER": ObservationKind.ANSWERED,
    "ANSWERED": ObservationKind.ANSWERED,
    "BYE": ObservationKind.HUNG_UP,
    "CallFailed": ObservationKind.CALL_FAILED,
    "PlayPromptEnd": ObservationKind.PROMPT_ENDED,
    "DTMF": ObservationKind.KEYS,
}
# Reported when a call begins; the others may come minutes later.
_AT_BEGINNING: Final = (
    ObservationKind.CALL_RINGING,
    ObservationKind.ANSWERED,
    ObservationKind.CALL_FAILED,
)
_STATE_KINDS: Final = {
    "ringing": ObservationKind.RINGING,
    "busy": ObservationKind.BUSY,
    "idle": ObservationKind.IDLE,
    "registered": ObservationKind.IDLE,
    "unregistered": ObservationKind.UNAVAILABLE,
    "unavailable": ObservationKind.UNAVAILABLE,
}


def record(report: Report, parsed: ParsedReport) -> None:
    """Record what the report says about a wake-up call, and leave it to further handlers."""
    property_ = property_of(report)
    if property_ is not None:
        _record(property_, report, parsed)


def record_and_finish(report: Report, parsed: ParsedReport) -> Outcome:
    """The same for reports that have no further handler."""
    property_ = property_of(report)
    if property_ is not None and _record(property_, report, parsed):
        return Processed("It tells of a wake-up call.")
    return Ignored("It is about no wake-up call.")


def record_keys(report: Report, parsed: ParsedReport) -> Outcome | None:
    """Keys pressed in a call of ours answer it; they are no feature code."""
    property_ = property_of(report)
    if property_ is None or "*" in KeysPressed.of_report(parsed).keys:
        return None  # a code such as 777*01
    if _record(property_, report, parsed):
        return Processed("Keys pressed in a wake-up call.")
    return None


def record_desk_state(report: Report, parsed: ParsedReport) -> None:
    """Record the state of a phone in no room: it may be the desk's, which we are calling."""
    property_ = property_of(report)
    for extension, observation in observations_of(parsed, report.received_at):
        if property_ and phone_at(property_, extension) is None:
            record_observation(property_, extension, observation)


def observations_of(parsed: ParsedReport, received_at: datetime) -> list[tuple[str, Observation]]:
    """What a report says about each extension that it names."""
    if parsed.action == "ExtensionStatus":
        state = ExtensionState.of_report(parsed)
        kind = _STATE_KINDS.get(state.status)
        return [(state.extension, Observation(received_at, kind))] if kind else []
    if parsed.action == "NewCdr":
        return _from_call_record(parsed, received_at)
    extensions = dict.fromkeys(parsed.extensions)
    outside = any(party.kind != "ext" for party in parsed.parties)
    observation = _observation(parsed, received_at, other_party=outside or len(extensions) > 1)
    return [(each, observation) for each in extensions]


def _record(property_: Property, report: Report, parsed: ParsedReport) -> bool:
    observations = observations_of(parsed, report.received_at)
    if not observations and parsed.callid:  # older firmware leaves the party out
        ours = extension_of_call(property_, parsed.callid)
        observations = (
            [(ours, _observation(parsed, report.received_at, other_party=False))] if ours else []
        )
    recorded = [
        record_observation(property_, extension, observation)
        for extension, observation in observations
    ]
    return any(recorded)


def _observation(parsed: ParsedReport, received_at: datetime, *, other_party: bool) -> Observation:
    kind = _CALL_KINDS.get(parsed.action, ObservationKind.CALL_RECORD)
    detail = parsed.fields.get("reason", "")
    if kind == ObservationKind.KEYS:
        pressed = KeysPressed.of_report(parsed)
        detail = pressed.keys or pressed.key
    at = received_at
    begun = call_started_at(parsed.callid)
    if kind in _AT_BEGINNING and begun and received_at - begun > CLOCK_TOLERANCE:
        at = begun  # it was delayed on the way
    return Observation(at, kind, parsed.callid, other_party, detail[:64])


def _from_call_record(parsed: ParsedReport, received_at: datetime) -> list[tuple[str, Observation]]:
    """One for each side. With another party the end of the call counts, else its beginning."""
    try:
        record = CallRecord.of_report(parsed)
    except Unreadable:
        return []
    begun = min(call_started_at(record.callid) or received_at, received_at)
    ended = min(received_at, begun + timedelta(seconds=record.call_seconds))
    outside = record.direction in ("inbound", "outbound")
    found: list[tuple[str, Observation]] = []
    parties = (number_or_text(record.call_from), number_or_text(record.call_to))
    for each, other in dict.fromkeys((parties, parties[::-1])):
        other_party = outside or _is_number(other, each)
        at = ended if other_party else begun
        if each:
            found.append(
                (
                    each,
                    Observation(
                        at, ObservationKind.CALL_RECORD, parsed.callid, other_party, record.status
                    ),
                )
            )
    return found


def _is_number(other: str, extension: str) -> bool:
    """Whether the other side is another phone; for alarms it may be empty, a word or itself."""
    return other.isascii() and other.isdigit() and other != extension
