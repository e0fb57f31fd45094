"""Alarms on the PBX that are none of ours, as the last comparison found them."""

from collections.abc import Iterable

from django.db import transaction

from hotelpbx.clock import now
from pbx.client import PlacedAlarm
from rooms.models import Property, Room
from wakeups.models import ForeignAlarm


def replace_all(property_: Property, extension: str, alarms: Iterable[PlacedAlarm]) -> None:
    """Replace the stored foreign alarms of one phone (T35)."""
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


def forget(room: Room) -> None:
    """Delete the stored foreign alarms of a room whose phones were wiped."""
    extensions = room.phones.values("extension")
    ForeignAlarm.objects.filter(property=room.property_id, extension__in=extensions).delete()
