"""What the phones of a room are told: wishes for the PBX, in its lanes."""

from typing import Any, Final

from pbx import outbox
from pbx.models import Pbx
from pbx.names import guest_display
from rooms.locking import lock_rooms
from rooms.models import ClassOfService, Phone, Room, Stay
from rooms.models.property import ServiceRequest


def command_subject(stay: Stay) -> str:
    """Under which subject the outbox keeps the phone work of a stay."""
    return f"stay:{stay.pk}"


def provision(stay: Stay, room: Room) -> None:
    """The phones of ``room`` carry the stay's main guest, class of service, and do-not-disturb
    where the room asks for it."""
    pbx = room.property.pbx
    if pbx is None:
        return
    for phone in room.phones.all():
        wishes = {**settings_for(stay), **_quiet(room, phone)}
        outbox.provision(pbx, phone.extension, wishes, subject=command_subject(stay))


def reprovision(stay: Stay) -> None:
    """A changed name, class or bar of an in-house stay goes to the phone, and nothing else does.

    As the stay is now: the caller may have read it before the room was locked.
    """
    main = main_stay(stay.room) if stay.room is not None else None
    if stay.room is not None and main == stay:
        provision(main, stay.room)


def reprovision_class(service: ClassOfService) -> None:
    """A changed class goes to the phones of the guests in house."""
    in_house = service.stays.filter(status=Stay.Status.IN_HOUSE).select_related(
        "room__property__pbx", "property__pbx", "class_of_service"
    )
    for stay in in_house.order_by("room_id"):
        lock_rooms([stay.room])
        reprovision(stay)


def deprovision(stay: Stay, room: Room) -> None:
    """The phones of ``room`` forget the stay.

    ``hotel/checkout`` leaves do-not-disturb, forwarding, restriction and PIN behind (T13);
    they are reset in the same lane.
    """
    for _, extension in _phones(room):
        deprovision_phone(stay, extension)


def deprovision_phone(stay: Stay, extension: str) -> None:
    """One phone forgets the stay."""
    pbx, subject = stay.property.pbx, command_subject(stay)
    if pbx is not None:
        outbox.deprovision(pbx, extension, subject=subject, guest_name=display_name(stay))
        outbox.provision(pbx, extension, VACANT_SETTINGS, subject=subject)
    forgotten = Phone.objects.filter(property=stay.property, extension=extension)
    forgotten.update(dnd_suspended=False, dnd_resumes=False)


def read_state_before_move(stay: Stay, room: Room) -> None:
    """Have do-not-disturb and voicemail of the main phone read before it is wiped."""
    for pbx, extension in _phones(room)[:1]:
        requested = room.service_request == ServiceRequest.DO_NOT_DISTURB
        outbox.read_state(pbx, extension, subject=command_subject(stay), requested=requested)


def set_do_not_disturb(stay: Stay, room: Room) -> None:
    """Switch do-not-disturb on at the phones of ``room``."""
    for pbx, extension in _phones(room):
        outbox.provision(pbx, extension, {"dnd": "on"}, subject=command_subject(stay))


def main_stay(room: Room) -> Stay | None:
    """Whose name the phones carry: the stay that has been in the room longest."""
    held = (
        room.occupancies.filter(until__isnull=True)
        .select_related("stay__property__pbx", "stay__class_of_service")
        .order_by("since", "pk")
        .first()
    )
    return held.stay if held else None


def display_name(stay: Stay) -> str:
    """The name as the phone shall show it."""
    guest = stay.main_guest
    if guest is None:
        return stay.reference
    return guest_display(guest.title, guest.first_name, guest.last_name)


def settings_for(stay: Stay) -> dict[str, str | list[str]]:
    """What ``extension/update`` shall set for a stay (L913-L1068)."""
    service = stay.class_of_service
    routes = _routes(stay)
    return {
        "username": display_name(stay),
        "hasvoicemail": "on" if service is None or service.voicemail else "off",
        "selectoutroute": routes,
        # A phone without routes is barred twice: how to clear routes is unsaid (T12).
        "callrestriction": "off" if routes else "on",
    }


def _routes(stay: Stay) -> list[str]:
    """Of the class; a barred phone keeps those for emergency calls only."""
    if stay.phone_barred:
        return list(stay.property.emergency_routes)
    return list(stay.class_of_service.outbound_routes) if stay.class_of_service else []


def _quiet(room: Room, phone: Phone) -> dict[str, str]:
    """What the room's request asks of a phone that is not just to wake somebody."""
    wanted = room.service_request == ServiceRequest.DO_NOT_DISTURB
    return {"dnd": "on"} if wanted and not phone.dnd_suspended else {}


def _phones(room: Room) -> list[tuple[Pbx, str]]:
    pbx = room.property.pbx
    if pbx is None:
        return []
    return [(pbx, phone.extension) for phone in room.phones.all()]


# A vacant phone has no routes, so it needs no restriction on top, which might also stand in
# the way of an emergency call. Forwarding is switched off in all its three forms, and the
# voicemail PIN is the house's again.
VACANT_SETTINGS: Final[dict[str, Any]] = {
    "reset_pin": True,
    "dnd": "off",
    "alwaysforward": "off",
    "noanswerforward": "off",
    "busyforward": "off",
    "callrestriction": "off",
}
