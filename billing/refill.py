"""What is to be put back into the minibars: what was taken and is not marked as refilled.

That is every charge which still stands, whoever posted it, and a maid's entry of which nobody
knows yet whose it is; the charge made of it later takes the mark over. What was reversed was never
taken. What may be a repetition waits until a person has counted it.
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

# Older than this it has been refilled without a tick, or never will be.
OLDEST: Final = timedelta(days=7)

Row = TypeVar("Row", Charge, MinibarEntry)


@dataclass
class RoomRefill:
    """What one room missing. ``marks`` name the rows, so that a tick means what was shown."""

    room: Room
    missing: Counter[str] = field(default_factory=Counter)
    marks: list[str] = field(default_factory=list)

    @property
    def lines(self) -> list[tuple[str, int]]:
        """Products by name, with how many."""
        return sorted(self.missing.items())


def rooms_to_refill(property_: Property) -> list[RoomRefill]:
    """The rooms that lack something, by number."""
    shelves: dict[int, RoomRefill] = {}
    for mark, row, room in _taken(property_):
        shelf = shelves.setdefault(room.pk, RoomRefill(room))
        shelf.missing[_name(row)] += row.quantity or 0
        shelf.marks.append(mark)
    return sorted(shelves.values(), key=lambda shelf: (shelf.room.order, shelf.room.number))


def total_missing(shelves: Iterable[RoomRefill]) -> list[tuple[str, int]]:
    """What all the rooms lack together, for the trolley."""
    return sorted(sum((shelf.missing for shelf in shelves), Counter[str]()).items())


def mark_refilled(room: Room, marks: Sequence[str], *, actor: Actor) -> list[tuple[str, int]]:
    """The room has got back what ``marks`` name; returns it. What was taken since stays open.

    Said twice, also by two at once: the second time there is nothing left to mark.
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
    """Rows that are not refilled, with the mark that names each, and the room."""
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
