"""The alert at the desk: on the screen until it is acknowledged, and by repeated phone calls.

The screen needs nothing from here: while it is not acknowledged, the occurrence is listed in
``attention/`` and on the strip of every desk page, with a sound. Lifting the desk's phone
acknowledges nothing: somebody must say what was done.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q

from hotelpbx.clock import now
from rooms.audit import Actor
from wakeups.escalation import outgoing_calls
from wakeups.models import Attempt, Occurrence, WakeUpSettings
from wakeups.occurrences import cancel_outgoing_calls

Kind = Attempt.Kind
Result = Attempt.Result
State = Occurrence.State

# How long the desk is called by phone; the alert stays on the screen.
MAX_CALLING: Final = timedelta(hours=1)


def is_alert() -> Q:
    """Occurrences that need the desk: not reached, not observed, not placed, or a VIP to call."""
    vip_to_call = Q(state=State.PERSON, due_at__lte=now())
    return Q(Q(state__in=Occurrence.ALERTS) | vip_to_call, acknowledged_at__isnull=True)


def may_need_call() -> Q:
    """Alerts for which the desk may still be called by phone."""
    property_ = OuterRef("call__property")
    by_phone = WakeUpSettings.objects.filter(property=property_).exclude(desk_extension="")
    by_phone = by_phone.exclude(desk_prompt="")
    return Q(is_alert(), Exists(by_phone), due_at__gt=now() - 3 * MAX_CALLING)


def call_if_due(occurrence: Occurrence, settings: WakeUpSettings) -> None:
    """Call the desk by phone if a call is due. The occurrence is locked."""
    if not settings.desk_extension or not settings.desk_prompt:
        return
    if not Occurrence.objects.filter(is_alert(), pk=occurrence.pk).exists():
        return
    calls = list(occurrence.attempts.filter(kind=Kind.DESK).order_by("due_at"))
    if is_call_due(
        now(), [call.due_at for call in calls], _is_in_progress(calls), settings.desk_call_repeat
    ):
        outgoing_calls.place(occurrence, Kind.DESK, settings.desk_extension, now())


def is_call_due(at: datetime, called: list[datetime], in_progress: bool, repeat: int) -> bool:
    """Whether the desk is to be called now.

    :param called: when it was called about this alert, in order
    :param in_progress: the last of these calls is not over yet
    :param repeat: seconds from one call to the next; 0: one is enough
    """
    if not called:
        return True
    if in_progress or not repeat or at > called[0] + MAX_CALLING:
        return False
    return at >= called[-1] + timedelta(seconds=repeat)


def acknowledge(occurrence: Occurrence, actor: Actor, done: str) -> None:
    """Record that somebody takes care of the guest. The occurrence is locked.

    The sweep concludes the occurrence if it is still open (a VIP who was called).
    """
    instant = now()
    occurrence.acknowledged_at = instant
    occurrence.acknowledged_by = actor.name[:150]
    occurrence.done = done
    occurrence.next_check_at = None
    occurrence.save(update_fields=["acknowledged_at", "acknowledged_by", "done", "next_check_at"])
    said = f"{actor.name}: {done}" if done else f"{actor.name} has acknowledged it."
    called = occurrence.attempts.filter(kind=Kind.PERSON, result__in=Attempt.OPEN)
    if called.exists():
        called.update(result=Result.COMPLETED, detail=said, answered_at=instant, ended_at=instant)
    else:
        occurrence.attempts.create(
            kind=Kind.PERSON,
            due_at=instant,
            started_at=instant,
            ended_at=instant,
            result=Result.COMPLETED,
            detail=said,
        )
    cancel_outgoing_calls(occurrence, said)


def _is_in_progress(calls: list[Attempt]) -> bool:
    return bool(calls) and calls[-1].result in Attempt.OPEN
