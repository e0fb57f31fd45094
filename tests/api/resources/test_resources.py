"""The normal use of every resource."""

import json
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from billing.ledger import posting
from billing.models import Charge
from pbx.models import Command
from pbx.reports import inbox
from pbx.reports.processing import process_reports
from rooms.models import Property
from rooms.stays import lifecycle
from tests import house
from tests.api.client import Pms
from tests.house import CLERK, yuan

pytestmark = pytest.mark.django_db


@pytest.fixture
def pms(hotel: Property) -> Pms:
    return Pms(hotel)


def booking(hotel: Property, **more: Any) -> dict[str, Any]:
    today = hotel.local_now().date()
    return {
        "guests": [{"first_name": "Alice", "last_name": "Smith", "title": "Ms", "vip": True}],
        "arrival": today.isoformat(),
        "departure": (today + timedelta(days=2)).isoformat(),
        **more,
    }


def test_a_room_has_four_axes_phones_and_stays(hotel: Property, pms: Pms) -> None:
    house.check_in(hotel, "Smith")
    status, room = pms.get("rooms/201/")
    assert status == 200
    assert room == {
        "number": "201",
        "floor": "2",
        "type": "",
        "extensions": [{"number": "2201", "status": "unknown"}],
        "occupancy_status": "occupied",
        "housekeeping_status": "clean",
        "availability_status": "in_service",
        "service_request": "none",
        "stays": ["R-Smith"],
        "phone": {"state": "pending", "error": None},
    }


def test_a_room_is_changed_only_as_it_was_read(hotel: Property, pms: Pms) -> None:
    pms.get("rooms/201/")
    etag = pms.answer["ETag"]
    body = {"housekeeping_status": "dirty"}
    assert pms.call("PATCH", "rooms/201/", body, **{"If-Match": etag})[0] == 200
    assert pms.answer["ETag"] != etag
    status, problem = pms.call("PATCH", "rooms/201/", body, **{"If-Match": etag})
    assert (status, problem["code"]) == (412, "precondition_failed")
    assert pms.call("PATCH", "rooms/201/", {"service_request": "make_up_room"})[0] == 200


def test_a_stay_from_booking_to_folio(hotel: Property, pms: Pms) -> None:
    assert pms.put("stays/P-1/", booking(hotel, room="201"))[0] == 201
    assert pms.put("stays/P-1/", {"notes": "late"})[0] == 200
    status, stay = pms.post("stays/P-1/check-in/")
    assert (status, stay["status"], stay["room"]) == (200, "in_house", "201")
    assert stay["guests"][0]["last_name"] == "Smith"
    assert stay["notes"] == "late"
    assert stay["phone"] == {"state": "pending", "error": None}
    assert stay["checked_in_at"].endswith("Z")
    assert pms.post("stays/P-1/check-in/", {})[0] == 200, "repeated: nothing changes"
    assert pms.post("stays/P-1/move/", {"to_room": "202"})[1]["room"] == "202"
    charge = {"stay": "P-1", "type": "minibar", "product": "0012", "quantity": 2}
    status, posted = pms.post("charges/", charge)
    assert status == 201
    assert posted["amount"] == {"amount": "16.00", "currency": "CNY"}
    assert posted["minibar"] == {"product": "0012", "quantity": 2}
    assert pms.post("stays/P-1/check-out/")[1]["status"] == "checked_out"
    folio = pms.get("stays/P-1/folio/")[1]
    amounts = {name: yuan(folio[name]["amount"]) for name in ("subtotal", "tax", "total")}
    assert amounts["subtotal"] + amounts["tax"] == amounts["total"] == yuan("16.00")
    assert folio["balance"] == {"amount": "16.00", "currency": "CNY"}
    assert pms.get("stays/P-1/")[1]["balance"]["amount"] == "16.00"


def test_a_changed_name_goes_to_the_phone(hotel: Property, pms: Pms) -> None:
    house.check_in(hotel, "Smith")
    pms.put("stays/R-Smith/", {"guests": [{"last_name": "Smythe"}]})
    last = Command.objects.order_by("pk").last()
    assert last is not None
    assert last.payload["username"] == "Smythe"


def test_reservations_end_without_a_guest(hotel: Property, pms: Pms) -> None:
    for reference, act, status in (("P-1", "cancel", "cancelled"), ("P-2", "no-show", "no_show")):
        pms.put(f"stays/{reference}/", booking(hotel))
        assert pms.post(f"stays/{reference}/{act}/")[1]["status"] == status
        assert pms.post(f"stays/{reference}/check-in/")[0] == 409


def test_stays_are_listed_by_status_room_and_group(hotel: Property, pms: Pms) -> None:
    house.check_in(hotel, "Smith")
    pms.put("stays/P-1/", booking(hotel, group="TOUR-7"))
    for query, found in (
        ("status=in_house", ["R-Smith"]),
        ("status=reserved", ["P-1"]),
        ("room=201", ["R-Smith"]),
        ("group=TOUR-7", ["P-1"]),
        ("group=none", []),
    ):
        rows = pms.get(f"stays/?{query}")[1]["results"]
        assert [row["reference"] for row in rows] == found


def test_a_wake_up_call_is_made_changed_and_cancelled(hotel: Property, pms: Pms) -> None:
    stay = house.check_in(hotel, "Smith")
    body = {"stay": "R-Smith", "date": stay.departure.isoformat(), "time": "07:00"}
    status, call = pms.post("wake-up-calls/", body)
    assert status == 201
    assert (call["room"], call["status"], call["repeats"], call["recurrence"]) == (
        "201",
        "pending",
        2,
        "once",
    )
    assert call["due_at"].endswith("23:00:00Z")
    path = f"wake-up-calls/{call['id']}/"
    assert pms.call("PATCH", path, {"time": "06:30"})[1]["time"] == "06:30"
    assert pms.call("DELETE", path)[0] == 204
    assert pms.get(path)[1]["status"] == "cancelled", "the row stays"
    assert [row["id"] for row in pms.get("wake-up-calls/?status=cancelled")[1]["results"]] == [
        call["id"]
    ]


def test_a_weekly_wake_up_call_becomes_a_single_one(hotel: Property, pms: Pms) -> None:
    stay = house.check_in(hotel, "Smith")
    days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    body = {
        "stay": "R-Smith",
        "date": stay.departure.isoformat(),
        "until": stay.departure.isoformat(),
        "time": "07:00",
        "recurrence": "weekdays",
        "weekdays": days,
    }
    call = pms.post("wake-up-calls/", body)[1]
    status, changed = pms.call("PATCH", f"wake-up-calls/{call['id']}/", {"recurrence": "once"})
    assert (status, changed["recurrence"], changed["weekdays"], changed["until"]) == (
        200,
        "once",
        [],
        None,
    )


def test_charges_are_reversed_and_acknowledged(hotel: Property, pms: Pms) -> None:
    house.check_in(hotel, "Smith")
    amount = {"amount": "12.50", "currency": "CNY"}
    charge = {"stay": "R-Smith", "type": "other", "description": "Laundry", "amount": amount}
    posted = pms.post("charges/", charge)[1]
    path = f"charges/{posted['id']}/"
    assert pms.post(f"{path}acknowledgement/", {"status": "accepted"})[1]["acknowledgement"] == (
        "accepted"
    )
    status, reversal = pms.post(f"{path}reverse/", {"reason": "Not hers"})
    assert (status, reversal["amount"]["amount"], reversal["reverses"]) == (
        201,
        "-12.50",
        posted["id"],
    )
    assert pms.post(f"{path}reverse/")[1]["code"] == "invalid_transition"
    rows = pms.get("charges/?acknowledged=false")[1]["results"]
    assert [row["id"] for row in rows] == [reversal["id"]]


def test_calls_and_what_nobody_claims(hotel: Property, pms: Pms) -> None:
    pbx = hotel.pbx
    assert pbx is not None
    body = {
        "action": "NewCdr", "callid": house.callid(), "timestart": "2026-05-04 12:00:00",
        "callfrom": "2201", "callto": "90215551234", "callduration": "61", "talkduraction": "61",
        "callduraction": "70", "status": "ANSWERED", "type": "Outbound",
    }  # fmt: skip
    inbox.store(pbx, json.dumps(body).encode(), None)
    process_reports(pbx)
    (call,) = pms.get("calls/")[1]["results"]
    assert (call["stay"], call["from"], call["to"], call["talk_seconds"], call["rating"]) == (
        None,
        "2201",
        "90215551234",
        61,
        "rated",
    )
    (item,) = pms.get("attention/")[1]["results"]
    assert (item["kind"], item["room"], item["actions"]) == (
        "unclaimed_call",
        "201",
        ["assign", "discard"],
    )
    house.check_in(hotel, "Smith")
    path = f"attention/{item['id']}/resolve/"
    assert pms.post(path, {"action": "assign"})[0] == 422, "to whom?"
    assert pms.post(path, {"action": "assign", "stay": "R-Smith"})[0] == 200
    assert pms.post(path, {"action": "assign", "stay": "R-Smith"})[0] == 404, "settled"
    assert Charge.objects.get().stay.reference == "R-Smith"
    assert pms.get("calls/?stay=R-Smith")[1]["results"][0]["id"] == call["id"]


def test_events_are_followed_by_their_sequence(hotel: Property, pms: Pms) -> None:
    house.check_in(hotel, "Smith")
    first = pms.get("events/?limit=1")[1]
    assert [each["type"] for each in first["results"]] == ["stay.reserved"]
    rest = pms.get(first["next"].partition("testserver")[2])[1]
    assert [each["type"] for each in rest["results"]] == ["stay.checked_in"]
    assert pms.get(f"events/?after={rest['results'][-1]['sequence']}")[1]["results"] == []


def test_following_next_sees_everything_once(hotel: Property, pms: Pms) -> None:
    stay = house.check_in(hotel, "Smith")
    for number in range(7):
        posting.charge_other(stay, yuan("1.00"), f"No. {number}", actor=CLERK)
    path, seen = "charges/?limit=3", []
    while path:
        page = pms.get(path)[1]
        seen += [row["sequence"] for row in page["results"]]
        path = page["next"].partition("testserver")[2] if page["next"] else ""
    assert seen == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize("path", ["rooms/", "stays/", "charges/", "wake-up-calls/", "calls/"])
def test_a_list_takes_a_handful_of_queries(
    hotel: Property,
    pms: Pms,
    path: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in ("201", "202", "203"):
        stay = house.check_in(hotel, f"G{number}", number=number)
        posting.charge_other(stay, yuan("1.00"), "Stamp", actor=CLERK)
    pms.get(path)
    with django_assert_max_num_queries(9):
        pms.get(path)


def test_status_says_what_is_watched(hotel: Property, pms: Pms) -> None:
    status, found = pms.get("status/")
    assert status == 200
    assert [check["name"] for check in found["checks"]] == [
        "database",
        "broker",
        "workers",
        "pbx_link",
        "pbx_clock",
        "reports_backlog",
        "commands_backlog",
    ]
    assert found["state"] == "down", "no worker has ever been at work"


def test_a_late_charge_says_so(hotel: Property, pms: Pms) -> None:
    stay = house.check_in(hotel, "Smith")
    lifecycle.check_out(stay, actor=CLERK)
    body = {"stay": "R-Smith", "type": "other", "description": "Key", "amount": "20.00"}
    assert pms.post("charges/", body)[1]["late"] is True
