"""Emergency calls: which dialed numbers are one, and alerting the desk."""

from collections.abc import Callable, Collection

from events import log as events
from hotelpbx.clock import now
from pbx.numbers import emergency_number, number_or_text
from pbx.reports.parsing import call_started_at
from rooms.models import EmergencyCall, Property, Room
from rooms.stays.attribution import phone_at


def record_emergency_call(
    property_: Property,
    callid: str,
    caller: str,
    dialed: str,
    outside_digits: Callable[[], Collection[str]] = tuple,
) -> EmergencyCall | None:
    """Alert the desk if ``dialed`` is an emergency number, with or without outside-line digits.

    A call that is reported more than once is one alert.

    :param caller: as the PBX reports it
    :param outside_digits: the outside-line digits of the tariffs (:mod:`pbx.numbers`)
    :returns: None: it is no emergency number
    """
    number = emergency_number(dialed, property_.emergency_numbers, outside_digits)
    if number is None:
        return None
    extension = number_or_text(caller)
    phone = phone_at(property_, extension)
    room: Room | None = phone.room if phone else None
    call, is_new = EmergencyCall.objects.get_or_create(
        property=property_,
        callid=callid,
        defaults={
            "room": room,
            "extension": extension[:16],
            "number": number,
            "started_at": call_started_at(callid) or now(),
        },
    )
    if is_new:
        payload = {
            "room": room.number if room else None,
            "floor": room.floor if room else None,
            "extension": call.extension,
            "number": number,
        }
        events.record(property_.code, "emergency_call.placed", payload)
    return call
