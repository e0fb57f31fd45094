"""Handlers of the reports that lead to charges: call records, transfers, minibar codes."""

from billing.calls import legs
from billing.models import Call
from billing.tariff_book import book_of
from pbx import extension_list
from pbx.models import Report
from pbx.numbers import looks_like_extension
from pbx.reports.parsing import (
    CallRecord,
    ParsedReport,
    Unreadable,
    call_started_at,
    record_fingerprint,
)
from pbx.reports.registry import Ignored, Outcome, Parked, Processed
from rooms.emergency import record_emergency_call
from rooms.models import EmergencyCall, Property
from rooms.report_handlers import property_of


def call_record(report: Report, parsed: ParsedReport) -> Outcome | None:
    """``NewCdr``: one leg of a call (L5684-L5776)."""
    property_ = property_of(report)
    if property_ is None:
        return Parked("No property uses this PBX: load the hotel file, then replay it.")
    try:
        record = CallRecord.of_report(parsed)
    except Unreadable as fault:
        return Parked(f"The call record cannot be read: {fault}")
    leg = leg_of(property_, record)
    if leg is None:
        return Parked("The call record does not say when the call began.")
    call, is_new = legs.record(property_, leg)
    if is_new and call.phone_unknown and looks_like_extension(call.caller):
        extension_list.request_refresh(report.pbx)  # it may be new on the PBX
    if leg.direction == Call.Direction.OUTBOUND:
        _record_emergency_call(property_, leg.callid, leg.call_from, leg.call_to)
    if not is_new:
        return Processed("This leg has already been recorded.")
    whose = f"stay {call.stay}" if call.stay else "nobody"
    cost = "" if call.cost is None else f" {call.cost}"
    return Processed(f"{leg.direction} call of {whose}: {call.rating}{cost}")


def emergency_ring(report: Report, parsed: ParsedReport) -> Outcome | None:
    """Alert the desk if an outside call that starts to ring is an emergency call."""
    property_ = property_of(report)
    outside = next((each for each in parsed.parties if each.kind == "outbound"), None)
    if property_ is None or outside is None:
        return Ignored("No outside call of a hotel.")
    caller = next((each.extid for each in parsed.parties if each.kind == "ext"), outside.from_)
    call = _record_emergency_call(property_, parsed.callid, caller, outside.to)
    if call is None:
        return Ignored("An ordinary outside call.")
    return Processed(f"Emergency call to {call.number} from {call.extension}.")


def _record_emergency_call(
    property_: Property, callid: str, caller: str, dialed: str
) -> EmergencyCall | None:
    """With the outside-line digits of all tariffs, whichever will rate the call."""

    def outside_digits() -> frozenset[str]:
        return book_of(property_).outside_digits

    return record_emergency_call(property_, callid, caller, dialed, outside_digits)


def leg_of(property_: Property, record: CallRecord) -> legs.Leg | None:
    """A call record as a leg; None if it does not say when the call began."""
    zone = property_.pbx.zone if property_.pbx else property_.zone
    # The beginning of the call decides who pays, also for a later leg (docs/attribution.md).
    started_at = call_started_at(record.callid) or record.started_at(zone)
    if started_at is None:
        return None
    return legs.Leg(
        key=_key(record),
        serial=record.sn[:64],
        reported_key=record.fingerprint,
        callid=record.callid,
        started_at=started_at,
        call_from=record.call_from,
        call_to=record.call_to,
        direction=direction_of(record),
        trunk=record.destination_trunk or record.source_trunk,
        call_seconds=record.call_seconds,
        talk_seconds=record.talk_seconds,
        status=record.status,
        diverted=bool(record.source_trunk) or record.direction in ("transfer", "callback"),
        from_outside=bool(record.source_trunk),
    )


def transfer(report: Report, parsed: ParsedReport) -> Outcome | None:
    """``Tranfer`` (L5316-L5413): who transferred a call, or whose phone forwarded it.

    Later legs look the report up; legs that waited for it are finalized now.
    """
    property_ = property_of(report)
    if property_ is None:
        return Ignored("No property uses this PBX.")
    finalized = legs.finalize_diverted(property_, parsed.callid)
    return Processed(f"A transfer or forward: {finalized} waiting legs were finalized.")


def direction_of(record: CallRecord) -> Call.Direction:
    """The direction of a call; where the record does not say, by its trunk and number."""
    if record.direction == "inbound":
        return Call.Direction.INBOUND
    outward = record.direction != "internal" and bool(
        record.destination_trunk or not looks_like_extension(record.callee)
    )
    if record.direction == "outbound" or outward:
        return Call.Direction.OUTBOUND
    return Call.Direction.INTERNAL


def _key(record: CallRecord) -> str:
    """The unique key of a leg (T8) without ``sn``, which some reports lack."""
    return record_fingerprint(
        {
            "callid": record.callid,
            "timestart": record.timestart,
            "callfrom": record.call_from,
            "callto": record.call_to,
            "type": record.direction,
            "talkduraction": str(record.talk_seconds),
        }
    )
