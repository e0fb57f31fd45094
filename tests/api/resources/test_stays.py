"""``stays/``: creating and changing reservations."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from api.openapi import examples
from billing.ledger import posting
from events.models import Event
from pbx.models import Command
from rooms.models import AuditEntry, Property, Stay
from tests import house
from tests.api.rest import Rest, escaped
from tests.house import CLERK, yuan

pytestmark = pytest.mark.django_db

YEAR = examples.YEAR
ALICE: dict[str, Any] = {"first_name": "Alice", "last_name": "Smith"}
NEW: dict[str, Any] = {"guests": [ALICE], "arrival": f"{YEAR}-05-04", "departure": f"{YEAR}-05-07"}


def test_a_reservation_is_made_and_shown(pms: Rest) -> None:
    sent = {**examples.RESERVATION, "room": "201"}
    answer = pms.put("stays/HB-1042/", sent)
    assert answer.status == 201
    assert answer.body == {
        **sent,
        "reference": "HB-1042",
        "status": "reserved",
        "checked_in_at": None,
        "checked_out_at": None,
        "sharing": False,
        "balance": {"amount": "0.00", "currency": "CNY"},
        "credit_limit": None,
        "phone_barred": False,
        "phone": {"state": "applied", "error": None},
    }
    assert pms.get("stays/HB-1042/").body == answer.body
    assert AuditEntry.objects.get(action="reserve").actor == "PMS"


def test_the_same_put_again_changes_nothing(pms: Rest) -> None:
    pms.put("stays/HB-1042/", examples.RESERVATION | {"room": "201"})
    answer = pms.put("stays/HB-1042/", examples.RESERVATION | {"room": "201"})
    assert answer.status == 200
    assert Event.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"departure": f"{YEAR}-05-09"}, "departure", f"{YEAR}-05-09"),
        ({"room": "202"}, "room", "202"),
        ({"class_of_service": "barred"}, "class_of_service", "barred"),
        ({"group": "TOUR-8"}, "group", "TOUR-8"),
        ({"group": ""}, "group", None),
        ({"notes": ""}, "notes", ""),
        ({"notes": "  two  lines\nof it "}, "notes", "two  lines\nof it"),
        ({}, "notes", "Late arrival"),
    ],
)
def test_what_is_left_out_stays_as_it_is(
    pms: Rest, change: dict[str, Any], field: str, value: Any
) -> None:
    before = pms.put("stays/HB-1042/", examples.RESERVATION | {"room": "201"}).body
    answer = pms.put("stays/HB-1042/", change)
    assert answer.status == 200
    assert answer.body == {**before, field: value}


def test_a_stay_can_be_sent_back_as_it_was_read(pms: Rest) -> None:
    written = ("guests", "arrival", "departure", "room", "class_of_service", "group", "notes")
    shown = pms.put("stays/HB-1042/", NEW).body
    assert (shown["room"], shown["class_of_service"], shown["group"]) == (None, None, None)
    assert pms.put("stays/HB-1042/", {name: shown[name] for name in written}).body == shown


@pytest.mark.parametrize("name", ["room", "class_of_service", "group", "notes", "credit_limit"])
def test_null_empties_what_may_be_empty(pms: Rest, name: str) -> None:
    sent = examples.RESERVATION | {"room": "201", "credit_limit": "10.00"}
    before = pms.put("stays/HB-1042/", sent).body
    after = pms.put("stays/HB-1042/", {name: None})
    empty = "" if name == "notes" else None
    assert (after.status, after.body) == (200, {**before, name: empty})


@pytest.mark.parametrize("name", ["guests", "arrival", "departure", "sharing"])
def test_null_is_refused_where_something_must_be(pms: Rest, name: str) -> None:
    before = pms.put("stays/HB-1042/", examples.RESERVATION | {"room": "201"}).body
    answer = pms.put("stays/HB-1042/", {name: None})
    assert (answer.status, answer.pointers) == (422, [f"/{name}"])
    assert pms.get("stays/HB-1042/").body == before


@pytest.mark.parametrize("name", ["room", "class_of_service"])
def test_a_guest_in_house_keeps_room_and_class(pms: Rest, hotel: Property, name: str) -> None:
    house.check_in(hotel, "Smith")
    answer = pms.put("stays/R-Smith/", {name: None})
    assert (answer.status, answer.code) == (409, "invalid_transition")


def test_a_changed_name_of_a_guest_in_house_goes_to_the_phone(pms: Rest, hotel: Property) -> None:
    house.check_in(hotel, "Smith")
    answer = pms.put("stays/R-Smith/", {"guests": [{"first_name": "Alice", "last_name": "Smyth"}]})
    assert answer.body["phone"] == {"state": "pending", "error": None}
    assert Command.objects.get(state="waiting").payload["username"] == "Smyth Alice"


def test_the_arrival_is_today_unless_said_otherwise(pms: Rest, hotel: Property) -> None:
    today = hotel.local_now().date()
    departure = (today + timedelta(days=1)).isoformat()
    answer = pms.put("stays/HB-1/", {"guests": [ALICE], "departure": departure})
    assert answer.body["arrival"] == today.isoformat()


def test_the_balance_is_what_the_stay_owes(pms: Rest, hotel: Property) -> None:
    stay = house.check_in(hotel, "Smith")
    posting.charge_other(stay, yuan("12.30"), "Laundry", actor=CLERK)
    assert pms.get("stays/R-Smith/").body["balance"] == {"amount": "12.30", "currency": "CNY"}


# --- refused ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "code", "pointers"),
    [
        ({"room": "999"}, "room_not_found", ["/room"]),
        ({"class_of_service": "royal"}, "validation_error", ["/class_of_service"]),
        ({"departure": f"{YEAR}-05-03"}, "validation_error", ["/departure"]),
        ({"guests": []}, "validation_error", ["/guests"]),
        ({"guests": [ALICE, {}]}, "validation_error", ["/guests/1/last_name"]),
        ({"guests": [{**ALICE, "nmae": "x"}]}, "validation_error", ["/guests/0/nmae"]),
        ({"guests": [{**ALICE, "vip": 1}]}, "validation_error", ["/guests/0/vip"]),
        ({"guests": [ALICE] * 21}, "validation_error", ["/guests"]),
        ({"guests": "Alice"}, "validation_error", ["/guests"]),
        ({"status": "in_house"}, "validation_error", ["/status"]),
        ({"a/b~c": 1}, "validation_error", ["/a~1b~0c"]),
        ({"arival": f"{YEAR}-05-04", "room": 201}, "validation_error", ["/arival", "/room"]),
    ],
)
def test_bad_content_is_refused_where_it_stands(
    pms: Rest, change: dict[str, Any], code: str, pointers: list[str]
) -> None:
    answer = pms.put("stays/HB-1042/", {**NEW, **change})
    assert (answer.status, answer.code, answer.pointers) == (422, code, pointers)
    assert not Stay.objects.exists()


def test_a_new_stay_needs_guests_and_a_departure(pms: Rest) -> None:
    assert pms.put("stays/HB-1042/", {}).pointers == ["/guests"]
    assert pms.put("stays/HB-1042/", {"guests": [ALICE]}).pointers == ["/departure"]


def test_a_stay_in_house_is_moved_not_rebooked(pms: Rest, hotel: Property) -> None:
    house.check_in(hotel, "Smith")
    answer = pms.put("stays/R-Smith/", {"room": "202"})
    assert (answer.status, answer.code) == (409, "invalid_transition")


def test_a_stay_that_is_not_there(pms: Rest) -> None:
    answer = pms.get("stays/HB-404/")
    assert (answer.status, answer.code) == (404, "stay_not_found")


# --- references ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reference",
    [
        "HB-1042",
        "#12?x=1",
        "预订 7",
        "a b",
        "100%",
        "&;=+,@:!$'()*",
        "Ä" * 64,
        "back\\slash",
        "...",
        "NEW",
        "=",
    ],
)
def test_a_reference_is_whatever_the_pms_uses(pms: Rest, reference: str) -> None:
    address = f"stays/{escaped(reference)}/"
    assert pms.put(address, NEW).status == 201
    assert pms.get(address).body["reference"] == reference
    assert pms.post(f"{address}cancel/").body["status"] == "cancelled"


@pytest.mark.parametrize(
    ("reference", "why"),
    [
        ("a\nb", "1 to 64 printable characters"),
        ("\u200b", "1 to 64 printable characters"),
        ("x" * 65, "1 to 64 printable characters"),
        ("a\x7fb", "1 to 64 printable characters"),
        (" ", "no blank at its ends"),
        ("HB-1 ", "no blank at its ends"),
        (" HB-1", "no blank at its ends"),
        (".", "is not ., which"),
        ("..", "is not .., which"),
        ("new", "is not new, which"),
        ("check-in", "is not check-in, which"),
    ],
)
def test_a_reference_that_no_address_could_carry_is_refused(
    pms: Rest, reference: str, why: str
) -> None:
    answer = pms.put(f"stays/{escaped(reference).replace('.', '%2E')}/", NEW)
    assert (answer.status, answer.code) == (422, "validation_error")
    assert answer.pointers == ["/reference"]
    assert why in answer.body["detail"]
    assert not Stay.objects.exists()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "stays/a%2Fb/"),
        ("PUT", "stays/2026%2F11%2F7/"),
        ("POST", "stays/a%2Fb/check-in/"),
        ("POST", "groups/a%2Fb/wake-up-calls/"),
    ],
)
def test_a_name_with_a_slash_is_told_what_it_may_be(pms: Rest, method: str, path: str) -> None:
    answer = pms.send(method, path, NEW)
    assert (answer.status, answer.code) == (422, "validation_error")
    assert "1 to 64 printable characters and no slash" in answer.body["detail"]


def test_where_the_server_tells_the_address_as_it_came_it_counts(pms: Rest) -> None:
    for name in ("RAW_URI", "REQUEST_URI"):
        raw = {name: f"{pms.root}stays/a%2fb/"}
        answer = Client().get(f"{pms.root}stays/a/b/", **raw)  # type: ignore[arg-type]
        assert answer.status_code == 422
        raw = {name: f"{pms.root}stays/a/b/?next=%2F"}
    assert pms.get("stays/a/b/").code == "not_found"


def test_a_stay_of_older_days_is_written_on(pms: Rest, hotel: Property) -> None:
    house.reserve(hotel, "Smith")
    Stay.objects.update(reference="new")
    assert pms.put("stays/new/", {"notes": "Late"}).body["notes"] == "Late"
    assert pms.post("stays/new/check-in/").body["status"] == "in_house"


@pytest.mark.parametrize("group", ["a/b", ".", " TOUR", "folios.pdf", "x" * 65])
def test_a_group_that_no_address_could_carry_is_refused(pms: Rest, group: str) -> None:
    answer = pms.put("stays/HB-1/", {**NEW, "group": group})
    if group == " TOUR":
        assert answer.body["group"] == "TOUR", "blanks at the ends of a text are cut off"
    else:
        assert (answer.status, answer.pointers) == (422, ["/group"])


# --- the list --------------------------------------------------------------------------------


def references(pms: Rest, **query: str) -> list[str]:
    return [stay["reference"] for stay in pms.pages("stays/", **query)]


def test_the_list_can_be_narrowed(pms: Rest, hotel: Property) -> None:
    house.check_in(hotel, "Smith")
    house.reserve(hotel, "Jones", number="202")
    house.reserve(hotel, "Weber", number=None)
    pms.put("stays/R-Weber/", {"group": "TOUR-7"})
    assert references(pms) == ["R-Weber", "R-Jones", "R-Smith"]
    assert references(pms, status="in_house") == ["R-Smith"]
    assert references(pms, room="202") == ["R-Jones"]
    assert references(pms, group="TOUR-7") == ["R-Weber"]
    assert references(pms, status="in_house", room="202") == []
    for name in ("status", "room", "group"):
        answer = pms.get("stays/", **{name: ""})
        assert (answer.status, answer.pointers) == (422, [f"?{name}"]), "not all of them"
