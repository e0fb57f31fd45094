"""A hotel with all rooms occupied, created in a few queries."""

from datetime import datetime, timedelta
from pathlib import Path

from hotelpbx.clock import now
from rooms.models import Group, Guest, Occupancy, Phone, Property, Room, Stay
from rooms.models.property import OccupancyStatus
from tests import house


def full_house(folder: Path, url: str, rooms: int, nights: int = 3) -> Property:
    """Rooms 1001, 1002 … with the extension of the same number, one guest of group TOUR in each."""
    hotel = house.build(folder, url=url)
    numbers = [str(1001 + place) for place in range(rooms)]
    made = Room.objects.bulk_create(
        Room(
            property=hotel,
            number=number,
            floor=number[:2],
            occupancy_status=OccupancyStatus.OCCUPIED,
        )
        for number in numbers
    )
    Phone.objects.bulk_create(
        Phone(property=hotel, room=room, extension=room.number) for room in made
    )
    group = Group.objects.create(property=hotel, code="TOUR")
    today, since = hotel.local_now().date(), now() - timedelta(hours=2)
    stays = Stay.objects.bulk_create(
        Stay(
            property=hotel,
            reference=f"T{room.number}",
            room=room,
            group=group,
            status=Stay.Status.IN_HOUSE,
            arrival=today,
            departure=today + timedelta(days=nights),
            created_at=since,
            checked_in_at=since,
        )
        for room in made
    )
    Guest.objects.bulk_create(Guest(stay=stay, last_name=f"G{stay.reference}") for stay in stays)
    Occupancy.objects.bulk_create(
        Occupancy(stay=stay, room=stay.room, since=since) for stay in stays
    )
    return hotel


def in_hours(hotel: Property, hours: float) -> datetime:
    """The full minute so many hours from now, in hotel local time."""
    return (hotel.local_now() + timedelta(hours=hours)).replace(second=0, microsecond=0)
