"""The refill list: what was taken out of the minibars and is not marked as refilled.

It has every minibar charge that was not reversed, whoever posted it, and every unclaimed entry;
a charge made from an entry later takes over its mark. Entries that may be repetitions are not
listed until a person has counted them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, TypeVar

from django.db import transaction
from django.db.models import QuerySet

from billing.models import Charge, MinibarEntry
from hotelpbx.clock import now
from rooms.audit import Actor, note
from rooms.locking import lock_rooms
from rooms.models import Property, Room

# Older items were refilled without being ticked, or never will be.
OLDEST: Final = timedelta(days=7)

Row = TypeVar("Row", Charge, MinibarEntry)


@dataclass
class RoomRefill:
    """What is missing in one room. ``marks`` name the rows, so a tick covers what was shown."""

    room: Room
    missing: Counter[str] = field(default_factory=Counter)
    marks: list[str] = field(default_factory=list)

    @property
    def lines(self) -> list[tuple[str, int]]:
        """Products by name, with their quantities."""
        return sorted(self.missing.items())


def rooms_to_refill(property_: Property) -> list[RoomRefill]:
    """The rooms whose minibar needs refilling, in the order of rooms."""
    shelves: dict[int, RoomRefill] = {}
    for mark, row, room in _taken(property_):
        shelf = shelves.setdefault(room.pk, RoomRefill(room))
        shelf.missing[_name(row)] += row.quantity or 0
        shelf.marks.append(mark)
    return sorted(shelves.values(), key=lambda shelf: (shelf.room.order, shelf.room.number))


def total_missing(shelves: Iterable[RoomRefill]) -> list[tuple[str, int]]:
    """The total over all rooms: what to load on the cart."""
    return sorted(sum((shelf.missing for shelf in shelves), Counter[str]()).items())


def mark_refilled(room: Room, marks: Sequence[str], *, actor: Actor) -> list[tuple[str, int]]:
    """Mark the rows named by ``marks`` as refilled and return them; newer ones stay open.

    A repeated or concurrent second request finds nothing left to mark.
    """
    with transaction.atomic():
        room = lock_rooms([room])[room.pk]
        shelf = RoomRefill(room)
        for mark, row, where in _taken(room.property):
            if where.pk == room.pk and mark in marks:
                shelf.missing[_name(row)] += row.quantity or 0
                row.refilled_at = now()
                row.save(update_fields=["refilled_at"])
        if shelf.missing:
            after = {"refilled": [f"{number} × {name}" for name, number in shelf.lines]}
            note(room.property, actor, "refill minibar", f"room:{room.number}", after=after)
        return shelf.lines


def _taken(property_: Property) -> Iterator[tuple[str, Charge | MinibarEntry, Room]]:
    """Rows that are not refilled: mark, row, room."""
    for entry in _entries(property_):
        yield f"e{entry.pk}", entry, entry.room
    for charge in _charges(property_):
        if charge.room is not None:
            yield f"c{charge.pk}", charge, charge.room


def _entries(property_: Property) -> QuerySet[MinibarEntry]:
    waiting = MinibarEntry.objects.filter(
        property=property_, state=MinibarEntry.State.UNCLAIMED, refilled_at=None
    )
    return _lately(waiting)


def _charges(property_: Property) -> QuerySet[Charge]:
    standing = Charge.objects.filter(
        property=property_,
        type=Charge.Type.MINIBAR,
        reverses=None,
        reversed_by=None,
        refilled_at=None,
    )
    return _lately(standing)


def _lately(rows: QuerySet[Row]) -> QuerySet[Row]:
    recent = rows.filter(occurred_at__gte=now() - OLDEST)
    return recent.select_related("room__property", "product").order_by("pk")


def _name(row: Charge | MinibarEntry) -> str:
    if row.product is not None:
        return row.product.name
    return row.product_code if isinstance(row, Charge) else ""
