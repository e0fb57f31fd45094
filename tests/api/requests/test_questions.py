"""Overlapping stays and unlikely dates over REST: refused unless accepted explicitly."""

from datetime import timedelta
from typing import Any

import pytest

from rooms.models import AuditEntry, Property, Stay
from tests import house
from tests.api.rest import Rest

pytestmark = pytest.mark.django_db


def wanted(hotel: Property, first: int = 0, last: int = 2, **more: Any) -> dict[str, Any]:
    today = hotel.local_now().date()
    return {
        "guests": [{"last_name": "Jones"}],
        "arrival": str(today + timedelta(days=first)),
        "departure": str(today + timedelta(days=last)),
        "room": "201",
        **more,
    }


def test_a_room_is_reserved_once_unless_it_is_meant(pms: Rest, hotel: Property) -> None:
    house.reserve(hotel, "Smith")
    answer = pms.put("stays/HB-1/", wanted(hotel))
    assert (answer.status, answer.code) == (409, "room_occupied")
    assert "R-Smith" in answer.body["detail"]
    assert "Alice" not in answer.body["detail"], "a key that only writes reads no names"
    assert '"accept_overlap": true' in answer.body["detail"]
    assert not Stay.objects.filter(reference="HB-1").exists()
    accepted: dict[str, Any] = {"accept_overlap": True, "override_reason": "Twins"}
    assert pms.put("stays/HB-1/", wanted(hotel, **accepted)).status == 201
    assert pms.put("stays/HB-1/", wanted(hotel)).status == 200, "repeated, nothing is asked"
    entry = AuditEntry.objects.get(action="override", actor="PMS")
    assert entry.after["reason"] == "Twins"


def test_a_room_that_is_shared_is_reserved_twice(pms: Rest, hotel: Property) -> None:
    house.reserve(hotel, "Smith")
    answer = pms.put("stays/HB-1/", wanted(hotel, sharing=True))
    assert (answer.status, answer.body["sharing"]) == (201, True)
    assert pms.post("stays/R-Smith/check-in/").status == 200
    assert pms.post("stays/HB-1/check-in/").body["sharing"] is True


def test_a_check_in_or_move_over_a_reservation(pms: Rest, hotel: Property) -> None:
    pms.put("stays/HB-1/", wanted(hotel, 1, 3))
    house.reserve(hotel, "Smith", number="202")
    answer = pms.post("stays/R-Smith/check-in/", {"room": "201"})
    assert (answer.status, answer.code) == (409, "room_occupied")
    assert pms.post("stays/R-Smith/check-in/").status == 200
    assert pms.post("stays/R-Smith/move/", {"to_room": "201"}).code == "room_occupied"
    moved = pms.post("stays/R-Smith/move/", {"to_room": "201", "accept_overlap": True})
    assert moved.body["room"] == "201"


@pytest.mark.parametrize(("first", "last"), [(-2200, 2), (-9, -1), (0, 4000)])
def test_odd_dates_are_refused_unless_they_are_meant(
    pms: Rest, hotel: Property, first: int, last: int
) -> None:
    answer = pms.put("stays/HB-1/", wanted(hotel, first, last))
    assert (answer.status, answer.pointers) == (422, ["/departure"])
    assert '"accept_dates": true' in answer.body["detail"]
    assert pms.put("stays/HB-1/", wanted(hotel, first, last, accept_dates=True)).status == 201


def test_a_repeated_check_in_naming_another_room(pms: Rest, hotel: Property) -> None:
    house.check_in(hotel, "Smith")
    answer = pms.post("stays/R-Smith/check-in/", {"room": "202"})
    assert (answer.status, answer.code) == (409, "invalid_transition")
    assert pms.post("stays/R-Smith/check-in/", {"room": "201"}).status == 200
