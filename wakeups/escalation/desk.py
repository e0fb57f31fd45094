"""The alarm at the desk: on the screen until somebody acknowledges it, and by phone as often.

On the screen it stands by itself: the occurrence is listed in ``attention/`` (and on the strip of
every page of the desk, with a sound) as long as it is not acknowledged. That the desk's phone was
lifted acknowledges nothing: somebody must say what he did.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q

from hotelpbx.clock import now
from rooms.audit import Actor
from wakeups.escalation import outgoing_calls
from wakeups.models import Attempt, Occurrence, WakeUpSettings
from wakeups.occurrences import stop_calls

Kind = Attempt.Kind
Result = Attempt.Result
State = Occurrence.State

# So long after the alarm began the desk is called by phone; the screen goes on.
BY_PHONE: Final = timedelta(hours=1)


def is_alarm() -> Q:
    """Occurrences that stand at the desk: not reached, not observed, not placed; a VIP to call."""
    vip_to_call = Q(state=State.PERSON, due_at__lte=now())
    return Q(Q(state__in=Occurrence.ALERTS) | vip_to_call, acknowledged_at__isnull=True)


def alarming() -> Q:
    """Alarms for which the desk may still be called by phone."""
    property_ = OuterRef("call__property")
    by_phone = WakeUpSettings.objects.filter(property=property_).exclude(desk_extension="")
    by_phone = by_phone.exclude(desk_prompt="")
    return Q(is_alarm(), Exists(by_phone), due_at__gt=now() - 3 * BY_PHONE)


def look_after(occurrence: Occurrence, settings: WakeUpSettings) -> None:
    """Call the desk by phone, if it is its turn. The occurrence is locked."""
    if not settings.desk_extension or not settings.desk_prompt:
        return
    if not Occurrence.objects.filter(is_alarm(), pk=occurrence.pk).exists():
        return
    calls = list(occurrence.attempts.filter(kind=Kind.DESK).order_by("due_at"))
    if may_call(now(), [call.due_at for call in calls], _goes_on(calls), settings.desk_call_repeat):
        outgoing_calls.call(occurrence, Kind.DESK, settings.desk_extension, now())


def may_call(at: datetime, called: list[datetime], goes_on: bool, repeat: int) -> bool:
    """Whether the desk is to be called now.

    :param called: when it has been called about this alarm, in order
    :param goes_on: the last of these calls is not over yet
    :param repeat: seconds from one call to the next; 0: one is enough
    """
    if not called:
        return True
    if goes_on or not repeat or at > called[0] + BY_PHONE:
        return False
    return at >= called[-1] + timedelta(seconds=repeat)


def acknowledge(occurrence: Occurrence, actor: Actor, done: str) -> None:
    """Somebody looks after the guest. The occurrence is locked; the sweep draws the conclusion
    where one is to be drawn (a VIP who was called)."""
    instant = now()
    occurrence.acknowledged_at = instant
    occurrence.acknowledged_by = actor.name[:150]
    occurrence.done = done
    occurrence.look_at = None
    occurrence.save(update_fields=["acknowledged_at", "acknowledged_by", "done", "look_at"])
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
    stop_calls(occurrence, said)


def _goes_on(calls: list[Attempt]) -> bool:
    return bool(calls) and calls[-1].result in Attempt.OPEN
