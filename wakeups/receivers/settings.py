"""The hotel has changed its wake-up settings, or a time zone has been corrected."""

from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from hotelpbx.clock import now
from rooms.audit import Actor
from rooms.locking import lock_rooms, lock_stays
from rooms.models import Property, Stay
from rooms.signals import zones_changed
from wakeups.alarms import planning, replacement
from wakeups.booking import calls
from wakeups.models import WakeUpCall, WakeUpSettings
from wakeups.schedule import instant_of


@receiver(post_save, sender=WakeUpSettings)
def apply_settings(instance: WakeUpSettings, **kwargs: Any) -> None:
    """Who calls VIPs, and when the PBX rings for that person, may have changed."""
    with transaction.atomic():
        stays = _lock_stays_in_house(instance.property)
        replacement.replace_outdated(WakeUpCall.objects.filter(stay__in=stays))


@receiver(zones_changed, sender=Property)
def apply_time_zone(property_: Property, before: ZoneInfo, **kwargs: Any) -> None:
    """Calls keep their day and wall-clock time, now by the right clock.

    If that has passed, the guest is called at once or the desk is alerted, as for any alarm that
    could not be placed in time.
    """
    stays = _lock_stays_in_house(property_)
    open_calls = WakeUpCall.objects.filter(stay__in=stays, status__in=WakeUpCall.OPEN)
    for call in replacement.lock_calls(open_calls.filter(due_at__gt=now())):
        assert call.due_at is not None  # noqa: S101  (filtered)
        day = call.due_at.astimezone(before).date()
        due = instant_of(day, call.time, call.property.zone)
        if due != call.due_at:
            planning.withdraw(call)
            calls.reschedule(call, due, Actor.system("time zone"))
    replacement.replace_outdated(open_calls)


def _lock_stays_in_house(property_: Property) -> list[Stay]:
    """All stays in house, locked. While all rooms are locked nobody comes, moves or leaves."""
    lock_rooms(property_.rooms.all())
    return list(lock_stays(property_.stays.filter(status=Stay.Status.IN_HOUSE)).values())
