"""Check-in, move, check-out, cancel, no-show over REST."""

from typing import Any

import pytest

from events.models import Event
from pbx.models import Command
from rooms.models import AuditEntry, Property, Room, Stay
from tests import house
from tests.api.rest import Rest

pytestmark = pytest.mark.django_db


def test_the_guests_come_in(pms: Rest, hotel: Property) -> None:
    house.reserve(hotel, "Smith")
    answer = pms.post("stays/R-Smith/check-in/")
    assert answer.status == 200
    assert (answer.body["status"], answer.body["room"]) == ("in_house", "201")
    assert answer.body["class_of_service"] == "standard"
    assert answer.body["phone"] == {"state": "pending", "error": None}
    assert answer.body["checked_in_at"].endswith("Z")
    assert pms.get("rooms/201/").body["occupancy_status"] == "occupied"
    entry = AuditEntry.objects.get(action="check-in")
    assert (entry.actor_kind, entry.actor) == ("key", "PMS")


def test_room_and_class_may_be_chosen_at_the_desk(pms: Rest, hotel: Property) -> None:
    house.reserve(hotel, "Smith", number=None)
    answer = pms.post("stays/R-Smith/check-in/", {"room": "203", "class_of_service": "barred"})
    assert (answer.body["room"], answer.body["class_of_service"]) == ("203", "barred")


def test_each_act_repeated_changes_nothing(pms: Rest, hotel: Property) -> None:
    house.reserve(hotel, "Smith")
    for act in ("check-in", "check-out"):
        first = pms.post(f"stays/R-Smith/{act}/")
        events, commands = Event.objects.count(), Command.objects.count()
        again = pms.post(f"stays/R-Smith/{act}/", {})
        assert (again.status, again.body) == (200, first.body)
        assert (Event.objects.count(), Command.objects.count()) == (events, commands)


def test_the_guests_go_to_another_room(pms: Rest, hotel: Property) -> None:
    house.check_in(hotel, "Smith")
    answer = pms.post("stays/R-Smith/move/", {"to_room": "202"})
    assert (answer.status, answer.body["room"]) == (200, "202")
    assert pms.get("rooms/201/").body["housekeeping_status"] == "dirty"


def test_the_guests_leave(pms: Rest, hotel: Property) -> None:
    house.check_in(hotel, "Smith")
    answer = pms.post("stays/R-Smith/check-out/")
    assert answer.body["status"] == "checked_out"
    assert answer.body["checked_out_at"] is not None
    assert pms.get("rooms/201/").body["occupancy_status"] == "vacant"


@pytest.mark.parametrize(("act", "status"), [("cancel", "cancelled"), ("no-show", "no_show")])
def test_a_reservation_may_come_to_nothing(
    pms: Rest, hotel: Property, act: str, status: str
) -> None:
    house.reserve(hotel, "Smith")
    assert pms.post(f"stays/R-Smith/{act}/").body["status"] == status
    assert pms.post(f"stays/R-Smith/{act}/").status == 200
    answer = pms.post("stays/R-Smith/check-in/")
    assert (answer.status, answer.code) == (409, "invalid_transition")


# --- refused ---------------------------------------------------------------------------------


def make(hotel: Property, axis: str, value: str) -> None:
    """Room 201 is not as it should be."""
    Room.objects.filter(property=hotel, number="201").update(**{axis: value})


def test_a_room_that_is_not_ready_may_be_accepted(pms: Rest, hotel: Property) -> None:
    make(hotel, "housekeeping_status", "dirty")
    house.reserve(hotel, "Smith")
    answer = pms.post("stays/R-Smith/check-in/")
    assert (answer.status, answer.code) == (409, "room_not_ready")
    assert pms.get("stays/R-Smith/").body["status"] == "reserved"
    assert pms.post("stays/R-Smith/check-in/", {"accept_dirty": True}).status == 200


def test_an_occupied_room_may_be_shared(pms: Rest, hotel: Property) -> None:
    house.check_in(hotel, "Smith")
    house.reserve(hotel, "Jones")
    assert pms.post("stays/R-Jones/check-in/").code == "room_occupied"
    answer = pms.post("stays/R-Jones/check-in/", {"sharing": True})
    assert (answer.status, answer.body["sharing"]) == (200, True)


def test_a_room_out_of_order_is_given_to_nobody(pms: Rest, hotel: Property) -> None:
    make(hotel, "availability_status", "out_of_order")
    house.reserve(hotel, "Smith")
    house.check_in(hotel, "Jones", number="202")
    assert pms.post("stays/R-Smith/check-in/").code == "room_out_of_order"
    assert pms.post("stays/R-Jones/move/", {"to_room": "201"}).code == "room_out_of_order"


def test_nobody_moves_into_an_occupied_or_dirty_room(pms: Rest, hotel: Property) -> None:
    house.check_in(hotel, "Smith")
    house.check_in(hotel, "Jones", number="202")
    assert pms.post("stays/R-Smith/move/", {"to_room": "202"}).code == "room_occupied"
    pms.patch("rooms/203/", {"housekeeping_status": "pickup"})
    assert pms.post("stays/R-Smith/move/", {"to_room": "203"}).code == "room_not_ready"
    moved = pms.post("stays/R-Smith/move/", {"to_room": "203", "accept_dirty": True})
    assert moved.body["room"] == "203"


@pytest.mark.parametrize(("act", "body"), [("move", {"to_room": "202"}), ("check-out", {})])
def test_who_is_not_in_house_cannot_leave(
    pms: Rest, hotel: Property, act: str, body: dict[str, Any]
) -> None:
    house.reserve(hotel, "Smith")
    answer = pms.post(f"stays/R-Smith/{act}/", body)
    assert (answer.status, answer.code) == (409, "stay_not_in_house")


@pytest.mark.parametrize("act", ["cancel", "no-show"])
def test_who_is_in_house_has_come(pms: Rest, hotel: Property, act: str) -> None:
    house.check_in(hotel, "Smith")
    answer = pms.post(f"stays/R-Smith/{act}/")
    assert (answer.status, answer.code) == (409, "invalid_transition")


@pytest.mark.parametrize(
    ("act", "body", "code", "pointers"),
    [
        ("check-in", {"room": "999"}, "room_not_found", ["/room"]),
        ("check-in", {"room": 201}, "validation_error", ["/room"]),
        ("check-in", {"class_of_service": "royal"}, "validation_error", ["/class_of_service"]),
        ("check-in", {"accept_dirty": "yes"}, "validation_error", ["/accept_dirty"]),
        ("check-in", {"sharing": None}, "validation_error", ["/sharing"]),
        ("check-in", {"romm": "201"}, "validation_error", ["/romm"]),
        ("move", {"to_room": "999"}, "room_not_found", ["/to_room"]),
        ("move", {}, "validation_error", ["/to_room"]),
        ("move", {"to_room": None}, "validation_error", ["/to_room"]),
        ("move", {"to_room": ""}, "validation_error", ["/to_room"]),
        ("check-out", {"room": "201"}, "validation_error", ["/room"]),
        ("cancel", {"reason": "ill"}, "validation_error", ["/reason"]),
    ],
)
def test_bad_content_is_refused_where_it_stands(
    pms: Rest, hotel: Property, act: str, body: Any, code: str, pointers: list[str]
) -> None:
    house.reserve(hotel, "Smith")
    answer = pms.post(f"stays/R-Smith/{act}/", body)
    assert (answer.status, answer.code, answer.pointers) == (422, code, pointers)
    assert Stay.objects.get().status == "reserved"


def test_a_check_in_without_any_room_is_refused(pms: Rest, hotel: Property) -> None:
    house.reserve(hotel, "Smith", number=None)
    answer = pms.post("stays/R-Smith/check-in/")
    assert (answer.status, answer.code) == (422, "validation_error")


@pytest.mark.parametrize("act", ["check-in", "check-out", "move", "cancel", "no-show"])
def test_a_stay_that_is_not_there(pms: Rest, act: str) -> None:
    answer = pms.post(f"stays/R-Nobody/{act}/", {"to_room": "201"} if act == "move" else {})
    assert (answer.status, answer.code) == (404, "stay_not_found")
