"""What is done to one occasion of a call: its alarm taken back, its outcome written.

Whoever calls holds the lock on the stay and its room.
"""

from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from events import log as events
from hotelpbx.clock import now
from pbx import outbox
from wakeups.models import Attempt, Occasion, WakeUpCall
from wakeups.payloads import call_facts
from wakeups.recurrence import next_due

_OUTCOMES: Final = {
    Occasion.State.ANSWERED: (WakeUpCall.Status.COMPLETED, "wake_up_call.completed"),
    Occasion.State.CONFIRMED: (WakeUpCall.Status.CONFIRMED, "wake_up_call.confirmed"),
    Occasion.State.NO_ANSWER: (WakeUpCall.Status.NO_ANSWER, "wake_up_call.no_answer"),
    Occasion.State.UNKNOWN: (WakeUpCall.Status.UNKNOWN, "wake_up_call.unknown"),
    Occasion.State.FAILED: (WakeUpCall.Status.FAILED, "wake_up_call.failed"),
}


def subject_of(occasion: Occasion) -> str:
    """Under which subject the outbox keeps the phone work of an occasion."""
    return f"wake-up:{occasion.pk}"


def ring_subject(attempt: Attempt) -> str:
    """Under which subject the outbox keeps a call of ours."""
    return f"wake-up-attempt:{attempt.pk}"


def twins(occasion: Occasion) -> QuerySet[Occasion]:
    """Other open occasions with the same alarm: stays of one room that are woken together."""
    return (
        Occasion.objects.filter(
            extension=occasion.extension,
            rings_at=occasion.rings_at,
            state__in=Occasion.OPEN,
            call__property=occasion.call.property_id,
        )
        .exclude(pk=occasion.pk)
        .order_by("pk")
    )


def take_back(occasion: Occasion) -> None:
    """Remove the alarm of an occasion from the PBX, if it is there and nobody else wants it."""
    if occasion.rings_at is not None and not twins(occasion).exists():
        remove_alarm(occasion)


def remove_alarm(occasion: Occasion) -> None:
    """The same, whoever else wants it: one that is set otherwise takes its place."""
    pbx = occasion.call.property.pbx
    if pbx is None:
        return
    outbox.remove_alarm(
        pbx,
        occasion.extension,
        {"time": occasion.alarm_time},
        subject=subject_of(occasion),
        alarm_id=occasion.alarm_id,
    )


def stop_calls(occasion: Occasion, why: str, result: str = Attempt.Result.CANCELLED) -> None:
    """No call of ours to guest or desk begins any more, and what goes on is over for us."""
    for attempt in occasion.attempts.filter(result__in=Attempt.OPEN).select_for_update(no_key=True):
        if attempt.kind in (*Attempt.OURS, Attempt.Kind.DESK):
            outbox.cancel_originate(ring_subject(attempt))
        attempt.result = result
        attempt.detail = attempt.detail or why
        attempt.ended_at = attempt.ended_at or now()
        attempt.save()


def conclude(
    occasion: Occasion,
    state: Occasion.State,
    detail: str = "",
    answered_at: datetime | None = None,
) -> None:
    """Write what became of an occasion, and let the call go on to its next one."""
    call = occasion.call
    occasion.state = state
    occasion.detail = detail
    occasion.answered_at = answered_at or occasion.answered_at
    occasion.save()
    stop_calls(occasion, "No longer wanted.")
    call.status, event = _OUTCOMES[state]
    call.due_at = next_due(call, occasion.due_at)
    facts = {**call_facts(call), "due_at": occasion.due_at.isoformat(), "detail": detail}
    if call.due_at is not None:
        call.status = WakeUpCall.Status.PENDING
    call.save()
    events.record(call.property.code, event, facts)
