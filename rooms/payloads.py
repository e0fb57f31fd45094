"""Payloads of events about stays and rooms, with the keys of the REST API."""

from typing import Any

from hotelpbx.money import round_money
from rooms.models import Room, Stay


def stay_payload(stay: Stay) -> dict[str, Any]:
    """A stay."""
    return {
        "reference": stay.reference,
        "status": stay.status,
        "room": stay.room.number if stay.room else None,
        "group": stay.group.code if stay.group else None,
        "arrival": stay.arrival.isoformat(),
        "departure": stay.departure.isoformat(),
        "class_of_service": stay.class_of_service.name if stay.class_of_service else None,
        "sharing": stay.sharing,
        "credit_limit": _credit_limit(stay),
        "phone_barred": stay.phone_barred,
        "guests": [
            {
                "first_name": guest.first_name,
                "last_name": guest.last_name,
                "title": guest.title,
                "language": guest.language,
                "vip": guest.vip,
            }
            for guest in stay.guests.all()
        ],
    }


def room_payload(room: Room) -> dict[str, Any]:
    """A room's four statuses."""
    return {
        "room": room.number,
        "occupancy_status": room.occupancy_status,
        "housekeeping_status": room.housekeeping_status,
        "availability_status": room.availability_status,
        "service_request": room.service_request,
    }


def _credit_limit(stay: Stay) -> dict[str, str] | None:
    limit, currency = stay.credit_limit, stay.property.currency
    if limit is None:
        return None
    return {"amount": str(round_money(limit, currency)), "currency": currency}
