"""What a changed departure and changed phones mean for wake-up calls; the PBX follows."""

from typing import Any

from django.db.models import QuerySet
from django.dispatch import receiver

from hotelpbx.clock import now
from rooms.audit import Actor
from rooms.models import Room, Stay
from rooms.signals import room_phones_changed, stay_changed
from wakeups import calls, planning
from wakeups.models import Occasion, WakeUpCall
from wakeups.recurrence import next_due


@receiver(stay_changed, sender=Stay)
def follow_the_departure(stay: Stay, **kwargs: Any) -> None:
    """A recurring call without a last day goes on until the departure, wherever that is now."""
    if stay.status != Stay.Status.IN_HOUSE:
        return
    until_departure = stay.wake_up_calls.filter(until__isnull=True).exclude(recurrence="once")
    for call in _locked(until_departure.exclude(status=WakeUpCall.Status.CANCELLED)):
        _follow(call)


@receiver(room_phones_changed, sender=Room)
def follow_the_phone(room: Room, wiped: set[str], **kwargs: Any) -> None:
    """A call rings the room's main phone. ``wiped``: taken from the room, with all its alarms."""
    main = room.main_extension
    elsewhere = Occasion.objects.filter(
        call__stay__room=room,
        call__stay__status=Stay.Status.IN_HOUSE,
        state__in=Occasion.OPEN,
        rings_at__gt=now(),
    ).exclude(extension=main)
    concerned = WakeUpCall.objects.filter(occasions__in=elsewhere, status__in=WakeUpCall.OPEN)
    for call in _locked(concerned):
        old = {each.extension for each in call.occasions.filter(state__in=Occasion.OPEN)}
        planning.withdraw(call, wiped=old <= wiped)
        planning.plan_call(call)


def _follow(call: WakeUpCall) -> None:
    """The days that are left of a call are others now.

    With none left it waits without a due time: the departure may be put off again.
    """
    instant = now()
    if call.due_at is not None and call.due_at <= instant:
        return  # it rings just now; what comes after it is reckoned then
    over = call.occasions.exclude(state__in=(*Occasion.OPEN, Occasion.State.WITHDRAWN))
    last = over.order_by("-due_at").values_list("due_at", flat=True).first()
    due = next_due(call, max(instant, last or instant))
    if due == call.due_at:
        return
    planning.withdraw(call)
    calls.go_on(call, due, Actor.system("departure"))


def _locked(rows: QuerySet[WakeUpCall]) -> QuerySet[WakeUpCall]:
    """Calls with what planning reads. A subquery: a join would give a row twice."""
    found = WakeUpCall.objects.filter(pk__in=rows.values("pk"))
    return (
        found.select_for_update(of=("self",), no_key=True)
        .select_related("stay__room", "stay__property__pbx", "property__pbx")
        .order_by("pk")
    )
