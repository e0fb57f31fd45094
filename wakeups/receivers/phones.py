"""A room has other phones, or the state of a phone has changed."""

from datetime import datetime
from typing import Any, Final

from django.dispatch import receiver

from rooms.models import Phone, Room, Stay
from rooms.signals import phone_status_changed, room_phones_changed
from wakeups.alarms import planning, replacement
from wakeups.models import Occurrence, WakeUpCall
from wakeups.models.observation import Observation, ObservationKind
from wakeups.outcome.record_observations import record_observation

_OBSERVATION_KINDS: Final = {
    Phone.Status.RINGING: ObservationKind.RINGING,
    Phone.Status.BUSY: ObservationKind.BUSY,
    Phone.Status.HOLD: ObservationKind.BUSY,
    Phone.Status.IDLE: ObservationKind.IDLE,
    Phone.Status.REGISTERED: ObservationKind.IDLE,
    Phone.Status.UNAVAILABLE: ObservationKind.UNAVAILABLE,
    Phone.Status.MALFUNCTION: ObservationKind.UNAVAILABLE,
}


@receiver(room_phones_changed, sender=Room)
def move_calls_to_main_phone(room: Room, wiped: set[str], **kwargs: Any) -> None:
    """A call rings the room's main phone, at once if the guest is being woken just now.

    ``wiped``: extensions taken from the room, with all their alarms.
    """
    main = room.main_extension
    elsewhere = Occurrence.objects.filter(
        call__stay__room=room,
        call__stay__status=Stay.Status.IN_HOUSE,
        state__in=Occurrence.OPEN,
    ).exclude(extension=main)
    concerned = WakeUpCall.objects.filter(occurrences__in=elsewhere, status__in=WakeUpCall.OPEN)
    for call in replacement.lock_calls(concerned):
        old = {each.extension for each in call.occurrences.filter(state__in=Occurrence.OPEN)}
        planning.withdraw(call, wiped=old <= wiped)
        planning.place_call(call)


@receiver(phone_status_changed, sender=Phone)
def record_phone_status(phone: Phone, status: str, at: datetime, **kwargs: Any) -> None:
    """The state of a room's phone is an observation of the attempts at it."""
    kind = _OBSERVATION_KINDS.get(Phone.Status(status))
    if kind is not None:
        record_observation(phone.property, phone.extension, Observation(at, kind))
