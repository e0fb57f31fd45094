"""Natural order of rooms, the same in Python and in the database."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from rooms.models import Property, Room
from rooms.natural_order import natural_key

COUNTED = ["1", "2", "9", "10", "21", "101", "201", "201A", "202", "1001", "A1", "A2", "A10", "B1"]


@pytest.mark.django_db
def test_the_database_counts_as_people_do(hotel: Property) -> None:
    hotel.rooms.all().delete()
    Room.objects.bulk_create(Room(property=hotel, number=each) for each in sorted(COUNTED))
    assert list(hotel.rooms.values_list("number", flat=True)) == COUNTED
    assert sorted(COUNTED, key=natural_key) == COUNTED
    room = hotel.rooms.get(number="9")
    room.number = "99"
    room.save()
    assert [each.number for each in hotel.rooms.all()][4:6] == ["99", "101"]


class Keys(TestCase):
    """Python and PostgreSQL compute the same key for any number."""

    @given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=16))
    def test_both_keys_are_equal(self, number: str) -> None:
        hotel = Property.objects.get_or_create(code="ORDER", defaults={"name": "Order"})[0]
        room = Room.objects.create(property=hotel, number=number)
        assert room.order == natural_key(number)


@pytest.mark.parametrize("number", ["9" * 16, "0" * 16, "1a1a1a1a1a1a1a1a", "007", "", "é9É10"])
@pytest.mark.django_db
def test_odd_numbers_have_the_same_key(hotel: Property, number: str) -> None:
    assert Room.objects.create(property=hotel, number=number).order == natural_key(number)


def test_every_list_of_rooms_takes_the_one_order() -> None:
    """No query sorts by a room number without its sort key first."""
    root = Path(__file__).parents[2]
    apps = ("rooms", "wakeups", "billing", "frontdesk", "api", "pbx", "events")
    wrong = [
        f"{path.relative_to(root)}:{place}"
        for app in apps
        for path in (root / app).rglob("*.py")
        if "migrations" not in path.parts
        for place, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if "order_by(" in line and "room__number" in line and "room__order" not in line
    ]
    assert wrong == []
