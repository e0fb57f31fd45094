"""Attribution: who was where when, and which stay a report of that second is charged to."""

from datetime import datetime, timedelta

import pytest

from rooms.models import Occupancy, Property, Stay
from rooms.stays.attribution import holder
from tests import house

pytestmark = pytest.mark.django_db

BASE = house.at("2026-05-04 10:00:00")


def clock(text: str) -> datetime:
    """``"12:30:00"`` on the day of the table; 34:00:00 is ten in the morning of the next."""
    hours, minutes, seconds = map(int, text.split(":"))
    return BASE.replace(hour=0, minute=0, second=0) + timedelta(
        hours=hours, minutes=minutes, seconds=seconds
    )


def held(hotel: Property, name: str, since: str, until: str | None, *, sharing: bool) -> None:
    """Create an occupancy of room 201."""
    stay = Stay.objects.filter(reference=f"R-{name}").first() or house.reserve(hotel, name)
    Occupancy.objects.create(
        stay=stay,
        room=house.room(hotel, "201"),
        since=clock(since),
        until=clock(until) if until else None,
        sharing=sharing,
    )


# (who held room 201 from when to when), second of the report, expected stay, asked between
TABLE = [
    ("in house", [("A", "10:00:00", None)], "12:00:00", "A", ()),
    ("the very second of check-in", [("A", "10:00:00", None)], "10:00:00", "A", ()),
    ("a second before check-in", [("A", "10:00:00", None)], "09:59:59", None, ()),
    ("the very second of check-out", [("A", "10:00:00", "11:00:00")], "11:00:00", "A", ()),
    ("a second after check-out", [("A", "10:00:00", "11:00:00")], "11:00:01", "A", ()),
    ("the last second of the window", [("A", "10:00:00", "11:00:00")], "14:00:00", "A", ()),
    ("a second after the window", [("A", "10:00:00", "11:00:00")], "14:00:01", None, ()),
    (
        "of two who left, the last",
        [("A", "08:00:00", "09:00:00"), ("B", "10:00:00", "11:00:00")],
        "11:30:00",
        "B",
        (),
    ),
    (
        "soon after a change of guests",
        [("A", "08:00:00", "11:00:00"), ("B", "11:30:00", None)],
        "12:00:00",
        "B",
        ("A", "B"),
    ),
    (
        "long after a change of guests",
        [("A", "08:00:00", "11:00:00"), ("B", "11:30:00", None)],
        "14:00:01",
        "B",
        (),
    ),
    (
        "out and in within one second: who was there before",
        [("A", "08:00:00", "11:00:00"), ("B", "11:00:00", None)],
        "11:00:00",
        "A",
        (),
    ),
    (
        "shared: whoever has been there longer",
        [("A", "08:00:00", None), ("B", "09:00:00", None)],
        "10:00:00",
        "A",
        (),
    ),
    (
        "shared, the first has left: the other, without a question",
        [("A", "08:00:00", "09:30:00"), ("B", "09:00:00", None)],
        "10:00:00",
        "B",
        (),
    ),
    (
        "back in the same room: still the same guest",
        [("A", "08:00:00", "09:00:00"), ("A", "09:10:00", None)],
        "09:20:00",
        "A",
        (),
    ),
]


@pytest.mark.parametrize(("name", "history", "second", "expected", "asked"), TABLE, ids=str)
def test_the_stay_of_a_second(
    hotel: Property,
    name: str,
    history: list[tuple[str, str, str | None]],
    second: str,
    expected: str | None,
    asked: tuple[str, ...],
) -> None:
    open_rows = 0
    for guest, since, until in history:
        held(hotel, guest, since, until, sharing=bool(open_rows))
        open_rows += until is None
    found = holder(house.room(hotel, "201"), clock(second) + timedelta(milliseconds=900))
    assert (found.stay.reference if found.stay else None) == (f"R-{expected}" if expected else None)
    assert found.changed_recently == bool(asked)
    if asked:
        assert [stay.reference for stay in found.candidates] == [f"R-{each}" for each in asked]
