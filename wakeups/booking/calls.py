"""Booking, changing and cancelling the wake-up calls of a stay."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import Any

from django.db import transaction

from events import log as events
from hotelpbx.clock import now
from hotelpbx.refusals import Refusal
from pbx import outbox
from pbx.outbox import PhoneState
from rooms.audit import Actor, note
from rooms.locking import lock_with_room
from rooms.models import Stay
from wakeups.alarms import planning
from wakeups.booking.requests import WakeUpRequest, complete, in_past
from wakeups.booking.stay_dates import refuse_outside_stay
from wakeups.models import Occurrence, WakeUpCall
from wakeups.occurrences import outbox_subject
from wakeups.payloads import call_payload
from wakeups.recurrence import days_of, last_day, next_due

Status = WakeUpCall.Status


def create(
    stay: Stay, request: WakeUpRequest, *, actor: Actor, outside_stay: bool = False
) -> WakeUpCall:
    """Book a wake-up call for a stay in house, and place its alarm if it may be placed now.

    ``outside_stay``: somebody has confirmed that it is first due outside the stay.
    """
    with transaction.atomic():
        stay, _ = lock_with_room(stay)
        call = book(stay, request, actor=actor, outside_stay=outside_stay)
        planning.place_call(call)
        return call


def book(
    stay: Stay, request: WakeUpRequest, *, actor: Actor, outside_stay: bool = False
) -> WakeUpCall:
    """Book without placing the alarm yet, for one of many. The caller holds the locks."""
    call = prepare(stay, request, outside_stay=outside_stay)
    call.save()
    _log(call, actor, "wake-up call", "wake_up_call.created")
    return call


def prepare(stay: Stay, request: WakeUpRequest, *, outside_stay: bool = False) -> WakeUpCall:
    """The unsaved call, refused as :func:`create` would refuse it."""
    if stay.status != Stay.Status.IN_HOUSE:
        raise Refusal(
            "stay_not_in_house", f"Stay {stay.reference} is not in house: check it in first."
        )
    call = WakeUpCall(property=stay.property, stay=stay, created_at=now())
    _apply(call, complete(stay.property, request))
    call.due_at = _first_due(call)
    _refuse_conflict(call)
    if not outside_stay:
        refuse_outside_stay(stay, call.due_at)
    return call


def due_time(stay: Stay, request: WakeUpRequest) -> dt.datetime:
    """When the call would first be due; refused if never."""
    call = WakeUpCall(property=stay.property, stay=stay)
    _apply(call, complete(stay.property, request))
    return _first_due(call)


def change(
    call: WakeUpCall, request: WakeUpRequest, *, actor: Actor, outside_stay: bool = False
) -> WakeUpCall:
    """Change a call; its alarm is removed and placed again.

    If the due time stays the same, it is not asked again whether it may be outside the stay.
    """
    with transaction.atomic():
        call = _lock(call)
        if call.status not in WakeUpCall.OPEN:
            raise Refusal(
                "invalid_transition", f"This wake-up call is {call.status}: make a new one."
            )
        before = call_payload(call)
        request = complete(call.property, request)
        if request == request_of(call):
            return call
        was_due = call.due_at
        _apply(call, request)
        call.status = Status.PENDING
        call.due_at = _first_due(call)
        _refuse_conflict(call)
        if not outside_stay and call.due_at != was_due:
            refuse_outside_stay(call.stay, call.due_at)
        call.save()
        planning.withdraw(call)
        _log(call, actor, "change wake-up call", "wake_up_call.updated", before)
        planning.place_call(call)
        return call


def amend(
    call: WakeUpCall, parts: Mapping[str, Any], *, actor: Actor, outside_stay: bool = False
) -> WakeUpCall:
    """Change some fields; what somebody else makes of the others meanwhile stays."""
    with transaction.atomic():
        call = _lock(call)
        request = replace(request_of(call), **parts)
        return change(call, request, actor=actor, outside_stay=outside_stay)


def cancel(call: WakeUpCall, *, actor: Actor) -> WakeUpCall:
    """Cancel a call. Repeated: nothing changes."""
    with transaction.atomic():
        call = _lock(call)
        if call.status == Status.CANCELLED:
            return call
        if call.status not in WakeUpCall.OPEN:
            raise Refusal("invalid_transition", f"This wake-up call is {call.status} already.")
        planning.withdraw(call)
        mark_cancelled(call, actor)
        return call


def mark_cancelled(call: WakeUpCall, actor: Actor) -> None:
    """Mark a call as cancelled. Its alarms are removed by the caller."""
    call.status = Status.CANCELLED
    call.due_at = None
    call.save()
    _log(call, actor, "cancel wake-up call", "wake_up_call.cancelled")


def reschedule(call: WakeUpCall, due: dt.datetime | None, actor: Actor) -> None:
    """Make a call due at another time, possibly after it was over. None: no time for now."""
    before = call_payload(call)
    was_over = call.status not in WakeUpCall.OPEN
    call.status, call.due_at = Status.PENDING, due
    try:
        _refuse_conflict(call)
    except Refusal:
        if was_over:
            return  # another call wakes the guest then
    call.save()
    _log(call, actor, "change wake-up call", "wake_up_call.updated", before)
    planning.place_call(call)


def request_of(call: WakeUpCall) -> WakeUpRequest:
    """The request that a call was booked by, to be changed in parts."""
    return WakeUpRequest(
        date=call.date,
        time=call.time,
        recurrence=call.recurrence,
        weekdays=tuple(call.weekdays),
        until=call.until,
        repeats=call.repeats,
        repeat_interval=call.repeat_interval,
        confirm=call.confirm,
    )


def phone_states(calls: Iterable[WakeUpCall]) -> dict[int, PhoneState]:
    """How far the phone commands of each call are, by the call's id, in two queries."""
    subjects: dict[str, int] = {
        outbox_subject(occurrence): occurrence.call_id
        for occurrence in Occurrence.objects.filter(call__in=list(calls))
    }
    found: dict[int, PhoneState] = {}
    for subject, state in outbox.states_by_subject(subjects).items():
        worse = found.get(subjects[subject])
        if worse is None or worse.state == "applied" or state.state == "failed":
            found[subjects[subject]] = state
    return found


def _apply(call: WakeUpCall, request: WakeUpRequest) -> None:
    for field in fields(WakeUpRequest):
        setattr(call, field.name, getattr(request, field.name))
    call.weekdays = list(request.weekdays)


def _first_due(call: WakeUpCall) -> dt.datetime:
    due = next_due(call, now())
    if due is None:
        raise in_past(call.time, last_day(call))
    return due


def _refuse_conflict(call: WakeUpCall) -> None:
    """Two calls of one stay must not be due at the same time: the PBX cannot tell them apart."""
    for other in call.stay.wake_up_calls.all():
        if other.pk == call.pk or other.status not in WakeUpCall.OPEN:
            continue
        if (other.due_at and other.due_at == call.due_at) or _overlap(call, other):
            raise Refusal(
                "wake_up_exists",
                f"Stay {call.stay.reference} has a wake-up call at {other.time:%H:%M} then.",
            )


def _overlap(one: WakeUpCall, other: WakeUpCall) -> bool:
    if one.time != other.time:
        return False
    mine = set(days_of(one))
    return any(day in mine for day in days_of(other))


def _lock(call: WakeUpCall) -> WakeUpCall:
    lock_with_room(call.stay)
    return (
        WakeUpCall.objects.select_for_update(of=("self",), no_key=True)
        .select_related("stay__room", "stay__property__pbx", "property")
        .get(pk=call.pk)
    )


def _log(
    call: WakeUpCall,
    actor: Actor,
    action: str,
    event: str,
    before: dict[str, object] | None = None,
) -> None:
    facts = call_payload(call)
    note(call.property, actor, action, f"stay:{call.stay.reference}", before=before, after=facts)
    events.record(call.property.code, event, facts)
