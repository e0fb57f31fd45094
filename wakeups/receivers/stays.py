"""A guest has checked out, has moved, or the stay has changed."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.dispatch import receiver

from hotelpbx.clock import now
from rooms.audit import Actor
from rooms.models import Room, Stay
from rooms.signals import stay_changed, stay_checked_out, stay_moved
from wakeups.alarms import foreign_alarms, planning, replacement
from wakeups.booking import calls
from wakeups.escalation import desk
from wakeups.models import Occurrence, WakeUpCall
from wakeups.recurrence import next_due


@receiver(stay_checked_out, sender=Stay)
def cancel_calls(stay: Stay, phone_wiped: bool, **kwargs: Any) -> None:
    """Cancel the calls of a guest who has left, so that none rings the next guest."""
    for call in _open_calls(stay):
        planning.withdraw(call, wiped=phone_wiped)
        calls.mark_cancelled(call, Actor.system("check-out"))
    if not phone_wiped:
        _stop_repeats(stay)
    _acknowledge_alerts(stay)


@receiver(stay_checked_out, sender=Stay)
def forget_foreign_alarms(stay: Stay, phone_wiped: bool, **kwargs: Any) -> None:
    """A check-out wipes all alarms of the phone (L4700-L4705)."""
    if phone_wiped and stay.room is not None:
        foreign_alarms.forget(stay.room)


@receiver(stay_moved, sender=Stay)
def move_calls(stay: Stay, old_room: Room, phone_wiped: bool, **kwargs: Any) -> None:
    """Place on the new room's phone what was placed on the old one's."""
    for call in _open_calls(stay):
        planning.withdraw(call, wiped=phone_wiped)
        call.stay = stay
        planning.place_call(call)
    if not phone_wiped:
        _stop_repeats(stay)


@receiver(stay_moved, sender=Stay)
def forget_foreign_alarms_of_old_room(
    stay: Stay, old_room: Room, phone_wiped: bool, **kwargs: Any
) -> None:
    """A move wipes the old phone in the same way."""
    if phone_wiped:
        foreign_alarms.forget(old_room)


@receiver(stay_changed, sender=Stay)
def apply_departure(stay: Stay, **kwargs: Any) -> None:
    """A recurring call without a last day ends with the departure, which may have changed."""
    if stay.status != Stay.Status.IN_HOUSE:
        return
    until_departure = stay.wake_up_calls.filter(until__isnull=True).exclude(recurrence="once")
    not_cancelled = until_departure.exclude(status=WakeUpCall.Status.CANCELLED)
    for call in replacement.lock_calls(not_cancelled):
        _update_due_time(call)


@receiver(stay_changed, sender=Stay)
def apply_vip(stay: Stay, **kwargs: Any) -> None:
    """A guest who is now marked as VIP is called by a person; one who no longer is, by the PBX."""
    if stay.status == Stay.Status.IN_HOUSE:
        replacement.replace_outdated(stay.wake_up_calls.all())


def _update_due_time(call: WakeUpCall) -> None:
    """Reschedule a call whose remaining days have changed.

    Without one it stays open without a due time: the departure may be put off again.
    """
    instant = now()
    if call.due_at is not None and call.due_at <= instant:
        return  # it is ringing; its next time is computed when that is over
    due = next_due(call, max(instant, _last_over(call) or instant))
    if due == call.due_at:
        return
    planning.withdraw(call)
    calls.reschedule(call, due, Actor.system("departure"))


def _last_over(call: WakeUpCall) -> datetime | None:
    """When the last occurrence that is over was due."""
    over = call.occurrences.exclude(state__in=(*Occurrence.OPEN, Occurrence.State.WITHDRAWN))
    return over.order_by("-due_at").values_list("due_at", flat=True).first()


def _open_calls(stay: Stay) -> QuerySet[WakeUpCall]:
    return (
        stay.wake_up_calls.filter(status__in=WakeUpCall.OPEN)
        .select_for_update(of=("self",), no_key=True)
        .select_related("stay__room", "stay__property__pbx", "property__pbx")
        .order_by("pk")
    )


def _stop_repeats(stay: Stay) -> None:
    """Others stay in the room: a call that is over must not ring again."""
    over = Occurrence.objects.filter(call__stay=stay).exclude(call__status__in=WakeUpCall.OPEN)
    planning.stop_repetitions(over)


def _acknowledge_alerts(stay: Stay) -> None:
    """A guest who has left is awake: acknowledge their alerts at the desk."""
    alerts = Occurrence.objects.filter(
        call__stay=stay, state__in=Occurrence.ALERTS, acknowledged_at__isnull=True
    )
    for occurrence in alerts.select_for_update(of=("self",), no_key=True):
        desk.acknowledge(occurrence, Actor.system("check-out"), "The guest has checked out.")
