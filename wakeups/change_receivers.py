"""What a changed departure, changed phones, guests, rules and clocks mean for wake-up calls; the
PBX follows."""

from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.signals import post_save
from django.dispatch import receiver

from hotelpbx.clock import now
from rooms.audit import Actor
from rooms.locking import lock_rooms, lock_stays
from rooms.models import Property, Room, Stay
from rooms.signals import room_phones_changed, stay_changed, zones_changed
from wakeups.alarms import placement, planning
from wakeups.booking import calls
from wakeups.models import Occurrence, WakeUpCall, WakeUpSettings
from wakeups.recurrence import next_due
from wakeups.schedule import instant_of


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
    """A call rings the room's main phone, at once where the guest is just being woken.

    ``wiped``: taken from the room, with all its alarms.
    """
    main = room.main_extension
    elsewhere = Occurrence.objects.filter(
        call__stay__room=room,
        call__stay__status=Stay.Status.IN_HOUSE,
        state__in=Occurrence.OPEN,
    ).exclude(extension=main)
    concerned = WakeUpCall.objects.filter(occurrences__in=elsewhere, status__in=WakeUpCall.OPEN)
    for call in _locked(concerned):
        old = {each.extension for each in call.occurrences.filter(state__in=Occurrence.OPEN)}
        planning.withdraw(call, wiped=old <= wiped)
        planning.plan_call(call)


@receiver(stay_changed, sender=Stay)
def follow_the_guests(stay: Stay, **kwargs: Any) -> None:
    """One who is marked as VIP is called by a person, and one who is no longer by the PBX."""
    if stay.status == Stay.Status.IN_HOUSE:
        _place_as_now(stay.wake_up_calls.all())


@receiver(post_save, sender=WakeUpSettings)
def follow_the_rules(instance: WakeUpSettings, **kwargs: Any) -> None:
    """The same where the hotel changes who calls its VIPs, and when the PBX steps in."""
    with transaction.atomic():
        _place_as_now(WakeUpCall.objects.filter(stay__in=_in_house(instance.property)))


@receiver(zones_changed, sender=Property)
def follow_the_clocks(property_: Property, before: ZoneInfo, **kwargs: Any) -> None:
    """The guest rises on the day he named, when the clock that is right shows his time.

    Where that has passed he is called at once, or the desk is told, as for any call that the PBX
    was not told in time.
    """
    theirs = WakeUpCall.objects.filter(stay__in=_in_house(property_), status__in=WakeUpCall.OPEN)
    for call in _locked(theirs.filter(due_at__gt=now())):
        assert call.due_at is not None  # noqa: S101  (asked for)
        day = call.due_at.astimezone(before).date()
        due = instant_of(day, call.time, call.property.zone)
        if due != call.due_at:
            planning.withdraw(call)
            calls.reschedule(call, due, Actor.system("time zone"))
    _place_as_now(theirs)


def _in_house(property_: Property) -> list[Stay]:
    """All of them, locked. With all rooms locked nobody comes, moves or leaves meanwhile."""
    lock_rooms(property_.rooms.all())
    return list(lock_stays(property_.stays.filter(status=Stay.Status.IN_HOUSE)).values())


def _place_as_now(rows: QuerySet[WakeUpCall]) -> None:
    """Take back what is placed and would be placed otherwise now, and place that.

    What rings already goes its way, and so does a call of which somebody has said that it is
    made. Whoever calls holds the locks on stays and rooms.
    """
    to_come = Q(rings_at__gt=now()) | Q(rings_at__isnull=True, due_at__gt=now())
    waiting = (
        Occurrence.objects.filter(to_come, call__in=rows, state__in=Occurrence.WAITING)
        .filter(acknowledged_at__isnull=True, call__due_at=F("due_at"))
        .filter(call__stay__room__isnull=False)
        .select_related("call__stay__room", "call__property__pbx")
        .prefetch_related("call__stay__room__phones")
    )
    by_person = placement.called_by_person() if waiting else {}
    other = {each.call_id for each in waiting if not placement.is_as_now(each, by_person)}
    for call in _locked(WakeUpCall.objects.filter(pk__in=other)):
        planning.withdraw(call)
        planning.plan_call(call)


def _follow(call: WakeUpCall) -> None:
    """The days that are left of a call are others now.

    With none left it waits without a due time: the departure may be put off again.
    """
    instant = now()
    if call.due_at is not None and call.due_at <= instant:
        return  # it rings just now; what comes after it is reckoned then
    over = call.occurrences.exclude(state__in=(*Occurrence.OPEN, Occurrence.State.WITHDRAWN))
    last = over.order_by("-due_at").values_list("due_at", flat=True).first()
    due = next_due(call, max(instant, last or instant))
    if due == call.due_at:
        return
    planning.withdraw(call)
    calls.reschedule(call, due, Actor.system("departure"))


def _locked(rows: QuerySet[WakeUpCall]) -> QuerySet[WakeUpCall]:
    """Calls with what planning reads. A subquery: a join would give a row twice."""
    found = WakeUpCall.objects.filter(pk__in=rows.values("pk"))
    return (
        found.select_for_update(of=("self",), no_key=True)
        .select_related("stay__room", "stay__property__pbx", "property__pbx")
        .order_by("pk")
    )
