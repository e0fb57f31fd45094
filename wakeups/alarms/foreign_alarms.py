"""What a look at the PBX's alarms has shown."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from hotelpbx.clock import now
from pbx.client import PlacedAlarm
from rooms.models import Property, Room, Stay
from rooms.signals import stay_checked_out, stay_moved
from wakeups.models import ForeignAlarm, Occurrence


def seen(occurrence: Occurrence, alarm: PlacedAlarm) -> None:
    """The alarm of an occurrence is there: its id is known now (T2)."""
    here = Occurrence.objects.filter(pk=occurrence.pk, state=Occurrence.State.PLACED)
    here.update(alarm_id=alarm.id, seen_at=now())


def keep(property_: Property, extension: str, alarms: Iterable[PlacedAlarm]) -> None:
    """Note the alarms of one phone that are none of ours, in place of those noted before (T35)."""
    with transaction.atomic():
        ForeignAlarm.objects.filter(property=property_, extension=extension).delete()
        ForeignAlarm.objects.bulk_create(
            ForeignAlarm(
                property=property_,
                extension=extension,
                time=alarm.time,
                type=alarm.type,
                weekdays="".join(map(str, sorted(alarm.weekdays))),
                seen_at=now(),
            )
            for alarm in alarms
        )


@receiver(stay_checked_out, sender=Stay)
def forget_with_the_stay(stay: Stay, phone_wiped: bool, **kwargs: Any) -> None:
    """A check-out clears all alarms of the phone (L4700-L4705)."""
    if phone_wiped and stay.room is not None:
        _forget(stay.room)


@receiver(stay_moved, sender=Stay)
def forget_the_old_phone(stay: Stay, old_room: Room, phone_wiped: bool, **kwargs: Any) -> None:
    """A move wipes the phone that is left in the same way."""
    if phone_wiped:
        _forget(old_room)


def _forget(room: Room) -> None:
    extensions = room.phones.values("extension")
    ForeignAlarm.objects.filter(property=room.property_id, extension__in=extensions).delete()
