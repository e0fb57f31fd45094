"""Wake-up calls follow the guest, the phone and the PBX."""

from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet
from django.dispatch import receiver

from hotelpbx.clock import now
from hotelpbx.task_queue.sending import enqueue_on_commit
from pbx.models import Command
from pbx.signals import command_finished
from rooms.audit import Actor
from rooms.locking import lock_with_room
from rooms.models import Phone, Room, Stay
from rooms.signals import phone_status_changed, stay_checked_out, stay_moved
from wakeups.alarms import planning
from wakeups.booking import calls
from wakeups.escalation import desk, outgoing_calls
from wakeups.models import Occurrence, WakeUpCall
from wakeups.occurrences import conclude
from wakeups.outcome import record_observations
from wakeups.outcome.observations import Sign, What

_SIGNS: Final = {
    Phone.Status.RINGING: What.RINGING,
    Phone.Status.BUSY: What.BUSY,
    Phone.Status.HOLD: What.BUSY,
    Phone.Status.IDLE: What.IDLE,
    Phone.Status.REGISTERED: What.IDLE,
    Phone.Status.UNAVAILABLE: What.AWAY,
    Phone.Status.MALFUNCTION: What.AWAY,
}


@receiver(stay_checked_out, sender=Stay)
def cancel_with_the_stay(stay: Stay, phone_wiped: bool, **kwargs: Any) -> None:
    """The next guest shall sleep."""
    for call in _open_calls(stay):
        planning.withdraw(call, wiped=phone_wiped)
        calls.end(call, Actor.system("check-out"))
    if not phone_wiped:
        _silence(stay)
    _let_alarms_rest(stay)


@receiver(stay_moved, sender=Stay)
def go_along(stay: Stay, old_room: Room, phone_wiped: bool, **kwargs: Any) -> None:
    """What was placed on the old phone is placed on the new one."""
    for call in _open_calls(stay):
        planning.withdraw(call, wiped=phone_wiped)
        call.stay = stay
        planning.plan_call(call)
    if not phone_wiped:
        _silence(stay)


@receiver(command_finished, sender=Command)
def follow_commands(command: Command, **kwargs: Any) -> None:
    """The PBX has taken an alarm over or refused it, has made a call or has not."""
    kind, _, number = command.subject.partition(":")
    if not number.isdigit():
        return
    if kind == "wake-up" and command.kind == Command.Kind.PLACE_ALARM:
        _follow_alarm(command, int(number))
    elif kind == "wake-up-attempt":
        outgoing_calls.follow(command, int(number))
        enqueue_on_commit("wakeups.tasks.watch")


def _follow_alarm(command: Command, number: int) -> None:
    own = Occurrence.objects.select_related("call__property").filter(pk=number).first()
    if own is None:
        return
    lock_with_room(own.call.stay)
    placed_alike = (
        Occurrence.objects.select_for_update(of=("self",), no_key=True)
        .select_related("call__stay__room", "call__property__pbx")
        .filter(
            extension=own.extension,
            rings_at=own.rings_at,
            call__property=own.call.property_id,
            state__in=Occurrence.WAITING,
        )
    )
    for occurrence in placed_alike:
        if command.state == Command.State.DONE:
            occurrence.placed_at = occurrence.placed_at or now()
            if "wakeupid" in command.result:
                occurrence.alarm_id, occurrence.seen_at = str(command.result["wakeupid"]), now()
            if occurrence.state == Occurrence.State.PLACING:
                occurrence.state = Occurrence.State.PLACED
            occurrence.save()
        elif command.state == Command.State.FAILED:
            _was_refused(occurrence, command.last_error)


def _was_refused(occurrence: Occurrence, error: str) -> None:
    """The desk is told at once, long before the guest oversleeps; a VIP is called anyway."""
    if occurrence.state == Occurrence.State.PERSON:
        occurrence.detail = f"The PBX cannot step in: {error}"
        occurrence.save(update_fields=["detail"])
    else:
        conclude(occurrence, Occurrence.State.FAILED, error)


@receiver(phone_status_changed, sender=Phone)
def observe(phone: Phone, status: str, at: datetime, **kwargs: Any) -> None:
    """The state of a room's phone, as a sign of what becomes of a call."""
    what = _SIGNS.get(Phone.Status(status))
    if what is not None:
        record_observations.keep(phone.property, phone.extension, Sign(at, what))


def _open_calls(stay: Stay) -> QuerySet[WakeUpCall]:
    return (
        stay.wake_up_calls.filter(status__in=WakeUpCall.OPEN)
        .select_for_update(of=("self",), no_key=True)
        .select_related("stay__room", "stay__property__pbx", "property__pbx")
        .order_by("pk")
    )


def _silence(stay: Stay) -> None:
    """Others stay in the room: a call that is over must not ring them once more."""
    over = Occurrence.objects.filter(call__stay=stay).exclude(call__status__in=WakeUpCall.OPEN)
    planning.silence(over)


def _let_alarms_rest(stay: Stay) -> None:
    """Whoever has left is awake; what stood at the desk about him is settled."""
    alarms = Occurrence.objects.filter(
        call__stay=stay, state__in=Occurrence.ALERTS, acknowledged_at__isnull=True
    )
    for occurrence in alarms.select_for_update(of=("self",), no_key=True):
        desk.acknowledge(occurrence, Actor.system("check-out"), "The guest has checked out.")
