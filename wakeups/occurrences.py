"""What is done to one occurrence of a call: its alarm taken back, its outcome written.

Whoever calls holds the lock on the stay and its room.
"""

from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from events import log as events
from hotelpbx.clock import now
from pbx import outbox
from wakeups.models import Attempt, Occurrence, WakeUpCall
from wakeups.payloads import call_facts
from wakeups.recurrence import next_due

_OUTCOMES: Final = {
    Occurrence.State.ANSWERED: (WakeUpCall.Status.COMPLETED, "wake_up_call.completed"),
    Occurrence.State.CONFIRMED: (WakeUpCall.Status.CONFIRMED, "wake_up_call.confirmed"),
    Occurrence.State.NO_ANSWER: (WakeUpCall.Status.NO_ANSWER, "wake_up_call.no_answer"),
    Occurrence.State.UNKNOWN: (WakeUpCall.Status.UNKNOWN, "wake_up_call.unknown"),
    Occurrence.State.FAILED: (WakeUpCall.Status.FAILED, "wake_up_call.failed"),
}


def outbox_subject(occurrence: Occurrence) -> str:
    """Under which subject the outbox keeps the phone work of an occurrence."""
    return f"wake-up:{occurrence.pk}"


def call_subject(attempt: Attempt) -> str:
    """Under which subject the outbox keeps a call of ours."""
    return f"wake-up-attempt:{attempt.pk}"


def sharing_alarm(occurrence: Occurrence) -> QuerySet[Occurrence]:
    """Other open occurrences with the same alarm: stays of one room that are woken together."""
    return (
        Occurrence.objects.filter(
            extension=occurrence.extension,
            rings_at=occurrence.rings_at,
            state__in=Occurrence.OPEN,
            call__property=occurrence.call.property_id,
        )
        .exclude(pk=occurrence.pk)
        .order_by("pk")
    )


def remove_unshared_alarm(occurrence: Occurrence) -> None:
    """Remove the alarm of an occurrence from the PBX, if it is there and nobody else wants it."""
    if occurrence.rings_at is not None and not sharing_alarm(occurrence).exists():
        remove_alarm(occurrence)


def remove_alarm(occurrence: Occurrence) -> None:
    """The same, whoever else wants it: one that is set otherwise takes its place."""
    pbx = occurrence.call.property.pbx
    if pbx is None:
        return
    outbox.remove_alarm(
        pbx,
        occurrence.extension,
        {"time": occurrence.alarm_time},
        subject=outbox_subject(occurrence),
        alarm_id=occurrence.alarm_id,
    )


def cancel_outgoing_calls(
    occurrence: Occurrence, why: str, result: str = Attempt.Result.CANCELLED
) -> None:
    """No call of ours to guest or desk begins any more, and what goes on is over for us."""
    for attempt in occurrence.attempts.filter(result__in=Attempt.OPEN).select_for_update(
        no_key=True
    ):
        if attempt.kind in (*Attempt.OUTGOING, Attempt.Kind.DESK):
            outbox.cancel_originate(call_subject(attempt))
        attempt.result = result
        attempt.detail = attempt.detail or why
        attempt.ended_at = attempt.ended_at or now()
        attempt.save()


def conclude(
    occurrence: Occurrence,
    state: Occurrence.State,
    detail: str = "",
    answered_at: datetime | None = None,
) -> None:
    """Write what became of an occurrence, and let the call go on to its next one."""
    call = occurrence.call
    occurrence.state = state
    occurrence.detail = detail
    occurrence.answered_at = answered_at or occurrence.answered_at
    occurrence.save()
    cancel_outgoing_calls(occurrence, "No longer wanted.")
    call.status, event = _OUTCOMES[state]
    call.due_at = next_due(call, occurrence.due_at)
    facts = {**call_facts(call), "due_at": occurrence.due_at.isoformat(), "detail": detail}
    if call.due_at is not None:
        call.status = WakeUpCall.Status.PENDING
    call.save()
    events.record(call.property.code, event, facts)
