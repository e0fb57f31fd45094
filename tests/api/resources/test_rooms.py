"""``rooms/``"""

import pytest

from pbx.models import Command
from rooms.models import AuditEntry, Phone, Property
from rooms.stays import lifecycle
from tests import house
from tests.api.rest import Rest
from tests.house import CLERK

pytestmark = pytest.mark.django_db


def test_a_vacant_room_as_it_is_shown(pms: Rest, hotel: Property) -> None:
    answer = pms.get("rooms/201/")
    assert answer.status == 200
    assert answer.body == {
        "number": "201",
        "floor": "2",
        "type": "",
        "extensions": [{"number": "2201", "status": "unknown"}],
        "occupancy_status": "vacant",
        "housekeeping_status": "clean",
        "availability_status": "in_service",
        "service_request": "none",
        "stays": [],
        "phone": {"state": "applied", "error": None},
    }


def test_the_list_shows_every_room_in_the_order_of_the_file(pms: Rest) -> None:
    results = pms.pages("rooms/")
    assert [room["number"] for room in results] == ["201", "202", "203"]


def test_a_room_names_who_is_in_it_the_phone_s_guest_first(pms: Rest, hotel: Property) -> None:
    house.check_in(hotel, "Smith")
    house.check_in(hotel, "Jones", sharing=True)
    assert pms.get("rooms/201/").body["stays"] == ["R-Smith", "R-Jones"]
    alice = hotel.stays.get(reference="R-Smith")
    lifecycle.move(alice, house.room(hotel, "202"), actor=CLERK)
    lifecycle.move(alice, house.room(hotel, "203"), actor=CLERK)
    assert pms.get("rooms/201/").body["stays"] == ["R-Jones"]
    assert pms.get("rooms/202/").body["stays"] == []
    assert pms.get("rooms/203/").body["stays"] == ["R-Smith"]


def test_the_phone_of_a_room_is_as_bad_as_its_worst_work(pms: Rest, hotel: Property) -> None:
    house.check_in(hotel, "Smith")
    Phone.objects.create(
        property=hotel, room=house.room(hotel, "201"), extension="2299", position=1
    )
    assert pms.get("rooms/201/").body["phone"] == {"state": "pending", "error": None}
    Command.objects.update(state=Command.State.FAILED, last_error="Extension unknown.")
    assert pms.get("rooms/201/").body["phone"] == {
        "state": "failed",
        "error": "Extension unknown.",
    }
    assert pms.get("rooms/202/").body["phone"]["state"] == "applied"


def test_cleaning_changes_only_the_cleaning(pms: Rest, hotel: Property) -> None:
    house.check_in(hotel, "Smith")
    before = pms.get("rooms/201/").body
    answer = pms.patch("rooms/201/", {"housekeeping_status": "inspected"})
    assert answer.status == 200
    assert answer.body == {**before, "housekeeping_status": "inspected"}
    entry = AuditEntry.objects.get(action="room status")
    assert (entry.actor_kind, entry.actor, entry.source) == ("key", "PMS", "127.0.0.1")


@pytest.mark.parametrize(
    ("axis", "value"),
    [
        ("housekeeping_status", "pickup"),
        ("availability_status", "out_of_order"),
        ("service_request", "make_up_room"),
    ],
)
def test_each_of_three_axes_can_be_written(pms: Rest, axis: str, value: str) -> None:
    assert pms.patch("rooms/203/", {axis: value}).body[axis] == value
    assert pms.get("rooms/203/").body[axis] == value


def test_occupancy_cannot_be_written(pms: Rest) -> None:
    answer = pms.patch("rooms/201/", {"occupancy_status": "occupied"})
    assert (answer.status, answer.code) == (422, "validation_error")
    assert answer.pointers == ["/occupancy_status"]


def test_a_room_that_is_not_there(pms: Rest) -> None:
    for answer in (pms.get("rooms/999/"), pms.patch("rooms/999/", {})):
        assert (answer.status, answer.code) == (404, "room_not_found")


# --- ETag and If-Match -----------------------------------------------------------------------


def test_what_was_read_last_may_be_changed(pms: Rest) -> None:
    first = pms.get("rooms/201/").headers["ETag"]
    answer = pms.patch("rooms/201/", {"housekeeping_status": "dirty"}, If_Match=first)
    assert answer.status == 200
    assert answer.headers["ETag"] != first
    again = pms.patch(
        "rooms/201/", {"housekeeping_status": "clean"}, If_Match=answer.headers["ETag"]
    )
    assert again.status == 200


def test_what_somebody_else_changed_since_is_not_overwritten(pms: Rest) -> None:
    stale = pms.get("rooms/201/").headers["ETag"]
    pms.patch("rooms/201/", {"housekeeping_status": "dirty"})
    answer = pms.patch("rooms/201/", {"housekeeping_status": "inspected"}, If_Match=stale)
    assert (answer.status, answer.code) == (412, "precondition_failed")
    assert pms.get("rooms/201/").body["housekeeping_status"] == "dirty"


def test_a_check_in_makes_an_etag_stale(pms: Rest, hotel: Property) -> None:
    stale = pms.get("rooms/201/").headers["ETag"]
    house.check_in(hotel, "Smith")
    assert pms.patch("rooms/201/", {}, If_Match=stale).status == 412


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("*", 200),
        ('"0", {etag}', 200),
        ("W/{etag}", 200),
        ('"0"', 412),
        ("0", 412),
        ("nonsense", 412),
        ('"99999999999999999999"', 412),
        ("", 412),
    ],
)
def test_how_if_match_is_read(pms: Rest, header: str, status: int) -> None:
    etag = pms.get("rooms/201/").headers["ETag"]
    answer = pms.patch("rooms/201/", {}, If_Match=header.format(etag=etag))
    assert answer.status == status
