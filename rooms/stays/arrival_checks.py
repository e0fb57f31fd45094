"""Checks before a check-in or a room move."""

from datetime import date

from hotelpbx.refusals import Refusal
from rooms.models import ClassOfService, Room, Stay
from rooms.models.property import AvailabilityStatus, OccupancyStatus
from rooms.stays.overrides import (
    OverrideRequired,
    check_overlap,
    conflicting_stays,
    departure_override,
)


def check_departure(stay: Stay) -> OverrideRequired | None:
    """Refuse to check in a stay whose departure has passed."""
    if stay.departure >= _today(stay):
        return None
    words = f"Stay {stay.reference} was to end on {stay.departure}: change its departure first."
    return departure_override(stay, words)


def require_same_request(stay: Stay, room: Room | None, service: ClassOfService | None) -> None:
    """Refuse a repeated check-in that asks for something else."""
    if room is not None and room != stay.room:
        raise Refusal(
            "invalid_transition",
            f"Stay {stay.reference} is in house in room {stay.room}: move it instead.",
        )
    if service is not None and service != stay.class_of_service:
        raise Refusal(
            "invalid_transition",
            f"Stay {stay.reference} is in house with class {stay.class_of_service}: "
            "change the stay instead.",
        )


def check_reservations(stay: Stay, room: Room) -> OverrideRequired | None:
    """Refuse a room that others have reserved before the stay ends, unless they share it."""
    today = _today(stay)
    last = max(today, stay.departure)
    sharing = [each for each in conflicting_stays(room, today, last, stay=stay) if each.sharing]
    return check_overlap(room, today, last, stay=stay, known=sharing)


def _today(stay: Stay) -> date:
    return stay.property.local_now().date()


def require_available(room: Room, *, sharing: bool, accept_dirty: bool) -> None:
    """Refuse a room that is out of order, occupied or not clean."""
    if room.availability_status == AvailabilityStatus.OUT_OF_ORDER:
        raise Refusal("room_out_of_order", f"Room {room.number} is out of order.")
    if room.occupancy_status == OccupancyStatus.OCCUPIED and not sharing:
        raise Refusal(
            "room_occupied",
            f"Room {room.number} is occupied. Choose another room, or check in as sharing.",
        )
    if not room.ready and not accept_dirty and room.occupancy_status == OccupancyStatus.VACANT:
        raise Refusal(
            "room_not_ready",
            f"Room {room.number} is {room.housekeeping_status}. "
            "Wait for housekeeping, or accept the room as it is.",
        )
