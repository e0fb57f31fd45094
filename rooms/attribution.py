"""Whose charge? By when and where a call began, never by when its report came (contract §5)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Q, Subquery

from hotelpbx.clock import whole_second
from rooms.models import Occupancy, Phone, Property, Room, Stay


@dataclass(frozen=True)
class Holder:
    """Who held the room of a phone at an instant.

    :param stay: the one to charge; None when nobody can be charged without asking
    :param candidates: whom a person might choose, likeliest first
    :param changed_lately: another guest left the room shortly before ``stay`` came in
    """

    room: Room
    stay: Stay | None
    candidates: tuple[Stay, ...]
    changed_lately: bool


def phone_at(property_: Property, extension: str) -> Phone | None:
    """The room phone with that extension, if it is one."""
    phone = (
        Phone.objects.select_related("room")
        .filter(property=property_, extension=extension)
        .order_by("pk")
        .first()
    )
    if phone is not None:
        phone.property = phone.room.property = property_
    return phone


def holder(room: Room, instant: datetime) -> Holder:
    """Who held ``room`` at the whole second of ``instant``.

    Check-in holds from its own second on; check-out and move up to and including their own. Of
    several (sharing, or one leaving in the second in which the next comes in) the one who had
    been there longest. Nobody: who left last, within the property's ``late_charge_window``.
    """
    second = whole_second(instant)
    holding, left = _holding_and_left(room, second)
    if holding is None:
        stays = (left.stay,) if left else ()
        return Holder(room, left.stay if left else None, stays, changed_lately=False)
    changed = left is not None and left.stay_id != holding.stay_id and _came_after(holding, left)
    candidates = (left.stay, holding.stay) if left and changed else (holding.stay,)
    return Holder(room, holding.stay, candidates, changed_lately=changed)


def _holding_and_left(room: Room, second: datetime) -> tuple[Occupancy | None, Occupancy | None]:
    """Who holds the room at ``second`` for the longest, and who left it last before.

    The latter not longer than the late charge window ago.
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


def neighbours(room: Room, instant: datetime) -> tuple[Stay, ...]:
    """Who was in ``room`` before and after ``instant``, however long: for a person to choose."""
    second = whole_second(instant)
    held = room.occupancies.select_related("stay__property", "stay__class_of_service")
    before = held.filter(since__lte=second).order_by("-since", "-pk").first()
    after = held.filter(since__gt=second).order_by("since", "pk").first()
    stays = [occupancy.stay for occupancy in (before, after) if occupancy is not None]
    return tuple(dict.fromkeys(stays))


def neighbours_in(room: str, instant: str) -> dict[str, Subquery]:
    """:func:`neighbours` for rows of a query: the ids of the stays ``before`` and ``after``.

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
