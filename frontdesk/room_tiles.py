"""Tiles of rooms for the rack and the housekeeping list, in a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from pbx import outbox
from pbx.outbox import PhoneState
from rooms.models import Phone, Property, Room, Stay
from rooms.natural_order import natural_key


@dataclass
class Tile:
    """One room with its guests and phones."""

    room: Room
    phones: list[Phone] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    arriving: list[Stay] = field(default_factory=list)
    phone_state: PhoneState = field(default_factory=PhoneState)
    leaves_today: bool = False

    @property
    def main(self) -> Stay | None:
        """The stay of the main guest."""
        return self.stays[0] if self.stays else None


def tiles_of(property_: Property, *, today: date) -> list[Tile]:
    """All rooms in natural order."""
    tiles = {room.pk: Tile(room) for room in property_.rooms.select_related("property")}
    for phone in Phone.objects.filter(property=property_):
        tiles[phone.room_id].phones.append(phone)
    _add_stays(property_, tiles, today)
    if property_.pbx is not None:
        states = outbox.states_by_extension(
            property_.pbx, [phone.extension for tile in tiles.values() for phone in tile.phones]
        )
        for tile in tiles.values():
            tile.phone_state = _worst(states[phone.extension] for phone in tile.phones)
    return list(tiles.values())


def floors_of(tiles: Iterable[Tile]) -> list[tuple[str, list[Tile]]]:
    """Tiles by floor, in natural order."""
    floors: dict[str, list[Tile]] = {}
    for tile in tiles:
        floors.setdefault(tile.room.floor, []).append(tile)
    return sorted(floors.items(), key=lambda floor: natural_key(floor[0]))


def _add_stays(property_: Property, tiles: dict[int, Tile], today: date) -> None:
    stays = (
        property_.stays.filter(status__in=(Stay.Status.IN_HOUSE, Stay.Status.RESERVED))
        .exclude(room=None)
        .select_related("class_of_service")
        .prefetch_related("guests")
        .order_by("checked_in_at", "pk")
    )
    for stay in stays:
        tile = tiles[stay.room_id]  # type: ignore[index]  # stays without a room are excluded
        if stay.status == Stay.Status.IN_HOUSE:
            tile.stays.append(stay)
            tile.leaves_today = tile.leaves_today or stay.departure <= today
        elif stay.arrival <= today:
            tile.arriving.append(stay)


def _worst(states: Iterable[PhoneState]) -> PhoneState:
    order = {"failed": 0, "pending": 1, "applied": 2}
    return min(states, key=lambda state: order[state.state], default=PhoneState())
