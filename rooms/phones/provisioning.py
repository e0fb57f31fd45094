"""Provisioning the phones of a room: commands for the PBX, in the lane of each extension."""

from typing import Any, Final

from pbx import outbox
from pbx.models import Pbx
from pbx.names import guest_display
from rooms.locking import lock_rooms
from rooms.models import ClassOfService, Phone, Room, Stay
from rooms.models.property import ServiceRequest


def command_subject(stay: Stay) -> str:
    """The subject of a stay's commands in the outbox."""
    return f"stay:{stay.pk}"


def provision(stay: Stay, room: Room) -> None:
    """Set up the phones of ``room`` for the stay: the main guest's name, class of service, and
    do-not-disturb where the room requests it."""
    pbx = room.property.pbx
    if pbx is None:
        return
    for phone in room.phones.all():
        values = {**settings_for(stay), **_do_not_disturb(room, phone)}
        outbox.provision(pbx, phone.extension, values, subject=command_subject(stay))


def reprovision(stay: Stay) -> None:
    """Send a changed name, class or bar of an in-house stay to the phones.

    Only if it is the room's main stay. Reads the stay anew: the caller may have read it before the
    room was locked.
    """
    main = main_stay(stay.room) if stay.room is not None else None
    if stay.room is not None and main == stay:
        provision(main, stay.room)


def reprovision_class(service: ClassOfService) -> None:
    """Send a changed class of service to the phones of all guests in house."""
    in_house = service.stays.filter(status=Stay.Status.IN_HOUSE).select_related(
        "room__property__pbx", "property__pbx", "class_of_service"
    )
    for stay in in_house.order_by("room_id"):
        lock_rooms([stay.room])
        reprovision(stay)


def deprovision(stay: Stay, room: Room) -> None:
    """Reset the phones of ``room`` after the stay.

    ``hotel/checkout`` leaves do-not-disturb, forwarding, restriction and PIN behind (T13), so they
    are reset in the same lane.
    """
    for _, extension in _phones(room):
        deprovision_phone(stay, extension)


def deprovision_phone(stay: Stay, extension: str) -> None:
    """Reset one phone after the stay."""
    pbx, subject = stay.property.pbx, command_subject(stay)
    if pbx is not None:
        outbox.deprovision(pbx, extension, subject=subject, guest_name=display_name(stay))
        outbox.provision(pbx, extension, VACANT_SETTINGS, subject=subject)
    phones = Phone.objects.filter(property=stay.property, extension=extension)
    phones.update(dnd_suspended=False, dnd_resumes=False)


def read_state_before_move(stay: Stay, room: Room) -> None:
    """Read do-not-disturb and voicemail of the main phone before it is deprovisioned."""
    for pbx, extension in _phones(room)[:1]:
        requested = room.service_request == ServiceRequest.DO_NOT_DISTURB
        outbox.read_state(pbx, extension, subject=command_subject(stay), requested=requested)


def set_do_not_disturb(stay: Stay, room: Room) -> None:
    """Switch on do-not-disturb at the phones of ``room``."""
    for pbx, extension in _phones(room):
        outbox.provision(pbx, extension, {"dnd": "on"}, subject=command_subject(stay))


def main_stay(room: Room) -> Stay | None:
    """The stay whose name the phones show: the one that has been in the room longest."""
    held = (
        room.occupancies.filter(until__isnull=True)
        .select_related("stay__property__pbx", "stay__class_of_service")
        .order_by("since", "pk")
        .first()
    )
    return held.stay if held else None


def display_name(stay: Stay) -> str:
    """The name that the phone shows."""
    guest = stay.main_guest
    if guest is None:
        return stay.reference
    return guest_display(guest.title, guest.first_name, guest.last_name)


def settings_for(stay: Stay) -> dict[str, str | list[str]]:
    """The settings that ``extension/update`` sends for a stay (L913-L1068)."""
    service = stay.class_of_service
    routes = _routes(stay)
    return {
        "username": display_name(stay),
        "hasvoicemail": "on" if service is None or service.voicemail else "off",
        "selectoutroute": routes,
        # Without routes the phone is also restricted: how to clear routes is undocumented (T12).
        "callrestriction": "off" if routes else "on",
    }


def _routes(stay: Stay) -> list[str]:
    """Outbound routes of the class; a barred phone keeps only those for emergency calls."""
    if stay.phone_barred:
        return list(stay.property.emergency_routes)
    return list(stay.class_of_service.outbound_routes) if stay.class_of_service else []


def _do_not_disturb(room: Room, phone: Phone) -> dict[str, str]:
    """The room's do-not-disturb request, unless a wake-up call suspends it at the phone."""
    requested = room.service_request == ServiceRequest.DO_NOT_DISTURB
    return {"dnd": "on"} if requested and not phone.dnd_suspended else {}


def _phones(room: Room) -> list[tuple[Pbx, str]]:
    pbx = room.property.pbx
    if pbx is None:
        return []
    return [(pbx, phone.extension) for phone in room.phones.all()]


# A vacant phone has no routes, so it needs no restriction, which might also block emergency calls.
# All three kinds of forwarding are switched off, and the voicemail PIN is reset to the default.
VACANT_SETTINGS: Final[dict[str, Any]] = {
    "reset_pin": True,
    "dnd": "off",
    "alwaysforward": "off",
    "noanswerforward": "off",
    "busyforward": "off",
    "callrestriction": "off",
}
