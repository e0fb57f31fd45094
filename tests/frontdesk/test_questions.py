"""What is in the way is shown at the desk, with the field that answers it."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from rooms.housekeeping import update_room
from rooms.models import AuditEntry, Property, Stay
from tests import house
from tests.house import CLERK

pytestmark = pytest.mark.django_db


def typed(hotel: Property, first: int = 0, last: int = 2, **more: Any) -> dict[str, Any]:
    today = hotel.local_now().date()
    return {
        "last_name": "Jones",
        "arrival": today + timedelta(days=first),
        "departure": today + timedelta(days=last),
        "room": house.room(hotel, "201").pk,
        **more,
    }


def asked(page: str) -> str:
    """What the page sends back unseen of the question."""
    found = re.search(r'name="asked" value="([^"]*)"', page)
    assert found, page
    return unescape(found[1])


def test_an_overlap_is_shown_and_overridden_with_a_reason(hotel: Property, clara: Client) -> None:
    smith = house.reserve(hotel, "Smith")
    fresh = clara.get("/GRAND/stays/new/").content.decode()
    assert "Reason to proceed anyway" not in fresh
    answer = clara.post("/GRAND/stays/new/", typed(hotel))
    page = answer.content.decode()
    assert answer.status_code == 422
    for words in ("Alice Smith", "R-Smith", str(smith.departure), "Reason to proceed anyway"):
        assert words in page
    assert Stay.objects.count() == 1
    again = clara.post("/GRAND/stays/new/", typed(hotel, asked=asked(page)))
    assert again.status_code == 422, "without a reason it is no answer"
    answered = typed(hotel, asked=asked(page), override_reason="Honeymoon, the other moves")
    assert clara.post("/GRAND/stays/new/", answered).status_code == 302
    assert (
        AuditEntry.objects.get(action="override", actor="clara").after["reason"].startswith("Hon")
    )


def test_a_reason_without_the_question_answers_nothing(hotel: Property, clara: Client) -> None:
    house.reserve(hotel, "Smith")
    for forged in ("", "[[[", "[" * 5000, '{"a": 1}', "[7]"):
        sent = typed(hotel, asked=forged, override_reason="Because")
        assert clara.post("/GRAND/stays/new/", sent).status_code == 422


def test_odd_dates_and_an_overlap_are_asked_one_after_the_other(
    hotel: Property, clara: Client
) -> None:
    house.reserve(hotel, "Smith")
    first = clara.post("/GRAND/stays/new/", typed(hotel, -2200, 2)).content.decode()
    assert "has 2202 nights" in first
    reply = {"asked": asked(first), "override_reason": "Lives here"}
    second = clara.post("/GRAND/stays/new/", typed(hotel, -2200, 2, **reply)).content.decode()
    assert "is not free" in second
    reply["asked"] = asked(second)
    assert clara.post("/GRAND/stays/new/", typed(hotel, -2200, 2, **reply)).status_code == 302


def test_check_in_and_move_ask_too(hotel: Property, clara: Client) -> None:
    clara.post("/GRAND/stays/new/", typed(hotel, 1, 3))
    house.reserve(hotel, "Smith", number="202")
    room, service = house.room(hotel, "201"), hotel.classes_of_service.get(name="standard")
    sent: dict[str, Any] = {"room": room.pk, "class_of_service": service.pk}
    page = clara.post("/GRAND/stays/R-Smith/check-in/", sent).content.decode()
    assert "Jones" in page
    assert Stay.objects.get(reference="R-Smith").status == "reserved"
    sent |= {"asked": asked(page), "override_reason": "Jones gets 203"}
    assert clara.post("/GRAND/stays/R-Smith/check-in/", sent).status_code == 302
    brown = house.check_in(hotel, "Brown", number="203")
    clara.post("/GRAND/stays/new/", typed(hotel, 1, 3, room=house.room(hotel, "202").pk))
    move: dict[str, Any] = {"to_room": house.room(hotel, "202").pk}
    page = clara.post("/GRAND/stays/R-Brown/move/", move).content.decode()
    move |= {"asked": asked(page), "override_reason": "Noise"}
    assert clara.post("/GRAND/stays/R-Brown/move/", move).status_code == 302
    brown.refresh_from_db()
    assert brown.room == house.room(hotel, "202")


def test_a_reservation_gives_its_room_back(hotel: Property, clara: Client) -> None:
    house.reserve(hotel, "Smith")
    sent = {**typed(hotel), "room": ""}
    assert clara.post("/GRAND/stays/R-Smith/edit/", sent).status_code == 302
    assert Stay.objects.get().room is None


@pytest.mark.parametrize("amount", ["1e1", "１０", "1_0", "٣", "10,50", "Infinity", "NaN", "0x1"])
def test_an_amount_is_written_in_plain_digits(hotel: Property, clara: Client, amount: str) -> None:
    stay = house.check_in(hotel, "Smith")
    charge = {"description": "Laundry", "amount": amount}
    answer = clara.post("/GRAND/stays/R-Smith/charge/", charge)
    assert answer.status_code == 422
    assert "digits, such as 10.50" in answer.content.decode()
    payment = {"amount": amount, "method": "cash", "in_advance": "on"}
    assert clara.post("/GRAND/stays/R-Smith/pay/", payment).status_code == 422
    product = hotel.minibar_products.first()
    assert product
    minibar = {"product": product.pk, "quantity": amount}
    assert clara.post("/GRAND/stays/R-Smith/minibar/", minibar).status_code == 422
    assert not stay.charges.exists()
    charge["amount"] = " 10.50 "
    assert clara.post("/GRAND/stays/R-Smith/charge/", charge).status_code == 302


@pytest.mark.parametrize("status", ["out_of_order", "out_of_service"])
def test_housekeeping_sees_which_rooms_are_out(hotel: Property, rosa: Client, status: str) -> None:
    def shown() -> str:
        page = rosa.get("/GRAND/housekeeping/").content.decode()
        return page.partition(">201<")[2].partition("</p>")[0]

    assert "Vacant" in shown()
    update_room(house.room(hotel, "201"), actor=CLERK, availability_status=status)
    assert status.replace("_", " ") in shown().lower()
    assert "Vacant" not in shown()
