"""What the phones of a room are told: wishes for the PBX, in its lanes."""

from typing import Any, Final

from pbx import outbox
from pbx.models import Pbx
from pbx.names import guest_display
from rooms.models import ClassOfService, Room, Stay


def subject_of(stay: Stay) -> str:
    """Under which subject the outbox keeps the phone work of a stay."""
    return f"stay:{stay.pk}"


def give_to(stay: Stay, room: Room) -> None:
    """The phones of ``room`` carry the stay's main guest and class of service."""
    for pbx, extension in _phones(room):
        outbox.configure(pbx, extension, wishes_for(stay), subject=subject_of(stay))


def rename(stay: Stay) -> None:
    """A changed name or class of an in-house stay goes to the phone, and nothing else does."""
    if stay.room is not None and main_stay(stay.room) == stay:
        give_to(stay, stay.room)


def wipe(stay: Stay, room: Room) -> None:
    """The phones of ``room`` forget the stay.

    ``hotel/checkout`` leaves do-not-disturb, forwarding, restriction and PIN behind (T13);
    they are reset in the same lane.
    """
    for pbx, extension in _phones(room):
        subject = subject_of(stay)
        outbox.check_out(pbx, extension, subject=subject, guest_name=name_of(stay))
        outbox.configure(pbx, extension, VACANT, subject=subject)


def look_before_moving(stay: Stay, room: Room) -> None:
    """Have do-not-disturb and voicemail of the main phone read before it is wiped."""
    for pbx, extension in _phones(room)[:1]:
        outbox.look(pbx, extension, subject=subject_of(stay))


def set_do_not_disturb(stay: Stay, room: Room) -> None:
    """Switch do-not-disturb on at the phones of ``room``."""
    for pbx, extension in _phones(room):
        outbox.configure(pbx, extension, {"dnd": "on"}, subject=subject_of(stay))


def main_stay(room: Room) -> Stay | None:
    """Whose name the phones carry: the stay that has been in the room longest."""
    held = (
        room.occupancies.filter(until__isnull=True)
        .select_related("stay__property__pbx", "stay__class_of_service")
        .order_by("since", "pk")
        .first()
    )
    return held.stay if held else None


def name_of(stay: Stay) -> str:
    """The name as the phone shall show it."""
    guest = stay.main_guest
    if guest is None:
        return stay.reference
    return guest_display(guest.title, guest.first_name, guest.last_name)


def wishes_for(stay: Stay) -> dict[str, str | list[str]]:
    """What ``extension/update`` shall set for a stay (L913-L1068)."""
    service = stay.class_of_service
    return {
        "username": name_of(stay),
        "hasvoicemail": "on" if service is None or service.voicemail else "off",
        "selectoutroute": list(service.outbound_routes) if service else [],
        "callrestriction": _restriction(service),
    }


def _restriction(service: ClassOfService | None) -> str:
    """A class without routes is barred twice: how to clear routes is unsaid (T12)."""
    return "off" if service and service.outbound_routes else "on"


def _phones(room: Room) -> list[tuple[Pbx, str]]:
    pbx = room.property.pbx
    if pbx is None:
        return []
    return [(pbx, phone.extension) for phone in room.phones.all()]


# A vacant phone has no routes, so it needs no restriction on top, which might also stand in
# the way of an emergency call. Forwarding is switched off in all its three forms, and the
# voicemail PIN is the house's again.
VACANT: Final[dict[str, Any]] = {
    "reset_pin": True,
    "dnd": "off",
    "alwaysforward": "off",
    "noanswerforward": "off",
    "busyforward": "off",
    "callrestriction": "off",
}
