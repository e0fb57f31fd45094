"""Removing the alarm of an occurrence, cancelling its calls, and saving its outcome.

The caller holds the lock on the stay and its room.
"""

from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from events import log as events
from hotelpbx.clock import now
from pbx import outbox
from wakeups.models import Attempt, Occurrence, WakeUpCall
from wakeups.payloads import call_payload
from wakeups.recurrence import next_due

# Of each final state: the status of the call, and the event.
_OUTCOMES: Final = {
    Occurrence.State.ANSWERED: (WakeUpCall.Status.COMPLETED, "wake_up_call.completed"),
    Occurrence.State.CONFIRMED: (WakeUpCall.Status.CONFIRMED, "wake_up_call.confirmed"),
    Occurrence.State.NO_ANSWER: (WakeUpCall.Status.NO_ANSWER, "wake_up_call.no_answer"),
    Occurrence.State.UNKNOWN: (WakeUpCall.Status.UNKNOWN, "wake_up_call.unknown"),
    Occurrence.State.FAILED: (WakeUpCall.Status.FAILED, "wake_up_call.failed"),
}


def outcome_of(occurrence: Occurrence) -> WakeUpCall.Status | None:
    """How an occurrence ended, in the words of the call's status; None: it is open or withdrawn."""
    outcome = _OUTCOMES.get(Occurrence.State(occurrence.state))
    return outcome[0] if outcome else None


def outbox_subject(occurrence: Occurrence) -> str:
    """The subject of the commands for an alarm."""
    return f"wake-up:{occurrence.pk}"


def call_subject(attempt: Attempt) -> str:
    """The subject of the command for a call of ours."""
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
    """Remove the alarm of an occurrence from the PBX, unless another occurrence shares it."""
    if occurrence.rings_at is not None and not sharing_alarm(occurrence).exists():
        remove_alarm(occurrence)


def remove_alarm(occurrence: Occurrence) -> None:
    """Remove it even if it is shared; the caller places another one."""
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
    """Drop waiting calls to guest and desk, and close the attempts that are open."""
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
    """Save the outcome of an occurrence, and make the call due at its next one."""
    call = occurrence.call
    occurrence.state = state
    occurrence.detail = detail
    occurrence.answered_at = answered_at or occurrence.answered_at
    occurrence.save()
    cancel_outgoing_calls(occurrence, "No longer wanted.")
    call.status, event = _OUTCOMES[state]
    call.due_at = next_due(call, occurrence.due_at)
    payload = {**call_payload(call), "due_at": occurrence.due_at.isoformat(), "detail": detail}
    if call.due_at is not None:
        call.status = WakeUpCall.Status.PENDING
    call.save()
    events.record(call.property.code, event, payload)
