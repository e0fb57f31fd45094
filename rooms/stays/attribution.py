"""Attributes calls and minibar entries to stays, by where and when the call began."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import DateTimeField, OuterRef, Q, Subquery, Value

from hotelpbx.clock import whole_second
from rooms.models import FormerPhone, Occupancy, Phone, Property, Room, Stay


@dataclass(frozen=True)
class Holder:
    """Who held the room of a phone at an instant.

    :param stay: the stay to charge; None: a person has to decide
    :param candidates: stays to suggest, likeliest first
    :param changed_recently: another guest left the room shortly before ``stay`` came in
    """

    room: Room
    stay: Stay | None
    candidates: tuple[Stay, ...]
    changed_recently: bool


def phone_at(property_: Property, extension: str) -> Phone | None:
    """The room phone with that extension, if there is one."""
    phone = (
        Phone.objects.select_related("room")
        .filter(property=property_, extension=extension)
        .order_by("pk")
        .first()
    )
    if phone is not None:
        phone.property = phone.room.property = property_
    return phone


def rooms_at(
    property_: Property, extensions: Collection[str], instant: datetime
) -> dict[str, Room]:
    """The rooms in which the ``extensions`` were at an instant, in one query.

    Later changes of assignment are disregarded.
    """
    present = Phone.objects.filter(property=property_, extension__in=extensions)
    former = FormerPhone.objects.filter(
        property=property_, extension__in=extensions, until__gte=instant
    )
    still = present.order_by().values_list(Value(None, DateTimeField()), *_PLACE)
    rows = still.union(former.order_by().values_list("until", *_PLACE), all=True)
    places: dict[str, Room | None] = {}
    for _, extension, *values in sorted(rows, key=_latest_first):
        room = Room.from_db(None, _ROOM, values) if values[0] is not None else None
        places[extension] = room  # of several the earliest after the instant
    found = {extension: room for extension, room in places.items() if room is not None}
    for room in found.values():
        room.property = property_
    return found


_ROOM: Final = [field.attname for field in Room._meta.concrete_fields]
_PLACE: Final = ("extension", *(f"room__{name}" for name in _ROOM))


def _latest_first(row: Sequence[Any]) -> tuple[bool, float]:
    """Sort key: the current room first, then former rooms, the latest first."""
    until: datetime | None = row[0]
    return until is not None, -until.timestamp() if until is not None else 0.0


def holder(room: Room, instant: datetime) -> Holder:
    """Who held ``room`` at the whole second of ``instant``.

    A stay holds a room from the second of its check-in up to and including that of its check-out or
    move. Of several stays (sharing, or check-out and check-in within one second) the one that has
    been there longest is meant; of none, the last that left within ``late_charge_window``.
    """
    second = whole_second(instant)
    holding, left = _holding_and_left(room, second)
    if holding is None:
        stays = (left.stay,) if left else ()
        return Holder(room, left.stay if left else None, stays, changed_recently=False)
    changed = left is not None and left.stay_id != holding.stay_id and _came_after(holding, left)
    candidates = (left.stay, holding.stay) if left and changed else (holding.stay,)
    return Holder(room, holding.stay, candidates, changed_recently=changed)


def _holding_and_left(room: Room, second: datetime) -> tuple[Occupancy | None, Occupancy | None]:
    """Who has held the room longest at ``second``, and who left it last before.

    The latter only within the late charge window.
    """
    lately = second - room.property.late_charge_window
    near = list(
        room.occupancies.filter(Q(until__isnull=True) | Q(until__gte=lately), since__lte=second)
        .select_related("stay__class_of_service")
        .order_by("since", "pk")
    )
    for occupancy in near:
        occupancy.stay.property = room.property
    gone = [each for each in near if each.until is not None and each.until < second]
    left = max(gone, key=lambda each: (each.until, each.pk), default=None)
    return next((each for each in near if each not in gone), None), left


def _came_after(holding: Occupancy, left: Occupancy) -> bool:
    return left.until is not None and holding.since >= left.until


def neighbors(room: Room, instant: datetime) -> tuple[Stay, ...]:
    """Who was in ``room`` before and after ``instant``, at any distance, to suggest to a person."""
    second = whole_second(instant)
    held = room.occupancies.select_related("stay__property", "stay__class_of_service")
    before = held.filter(since__lte=second).order_by("-since", "-pk").first()
    after = held.filter(since__gt=second).order_by("since", "pk").first()
    stays = [occupancy.stay for occupancy in (before, after) if occupancy is not None]
    return tuple(dict.fromkeys(stays))


def neighbors_in(room: str, instant: str) -> dict[str, Subquery]:
    """:func:`neighbors` for rows of a query: the ids of the stays ``before`` and ``after``.

    :param room: the rows' field for the room
    :param instant: their field for the instant
    """
    held = Occupancy.objects.filter(room=OuterRef(room))
    before = held.filter(since__lte=OuterRef(instant)).order_by("-since", "-pk")
    after = held.filter(since__gt=OuterRef(instant)).order_by("since", "pk")
    return {
        "before": Subquery(before.values("stay")[:1]),
        "after": Subquery(after.values("stay")[:1]),
    }
