"""Paging while rows change, and a fixed number of queries."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.ledger import posting
from billing.models import MinibarProduct
from rooms.models import Property, Room, Stay
from tests import house
from tests.api.operations import Operation, lists
from tests.api.resources.test_calls import dial
from tests.api.rest import Rest
from tests.house import CLERK
from wakeups.booking import calls
from wakeups.booking.requests import WakeUpRequest

pytestmark = pytest.mark.django_db

PAGED = [each for each in lists() if each.path not in ("attention/", "status/")]


def fill(hotel: Property, first: int, last: int) -> None:
    """One guest each in new rooms, each with a charge, a wake-up call and a phone call."""
    water = MinibarProduct.objects.get(property=hotel, code="0012")
    later = hotel.local_now().date() + timedelta(days=30)
    for number in range(first, last):
        room = Room.objects.create(property=hotel, number=str(number))
        room.phones.create(property=hotel, extension=f"2{number}")
        stay = house.check_in(hotel, f"Guest{number}", number=str(number))
        Stay.objects.filter(pk=stay.pk).update(departure=later)
        posting.charge_minibar(stay, water, 1, actor=CLERK)
        wake_up = WakeUpRequest(
            date=later, time=hotel.local_now().time().replace(second=0, microsecond=0)
        )
        calls.create(stay, wake_up, actor=CLERK)
        dial(hotel, extension=f"2{number}")


def identity(row: dict[str, Any]) -> Any:
    """What tells rows of any list apart."""
    return row.get("id") or row.get("reference") or row["number"]


def test_there_are_six_lists_with_pages() -> None:
    assert {each.path for each in PAGED} == {
        "rooms/",
        "stays/",
        "wake-up-calls/",
        "charges/",
        "calls/",
        "events/",
    }


@pytest.mark.parametrize("operation", PAGED, ids=str)
def test_the_pages_hold_every_row_once(pms: Rest, hotel: Property, operation: Operation) -> None:
    fill(hotel, 301, 306)
    whole = pms.get(operation.path, limit=200).body["results"]
    assert len(whole) >= 5
    for limit in (1, 2, len(whole)):
        assert pms.pages(operation.path, limit=limit) == whole
    assert len({identity(row) for row in whole}) == len(whole)


@pytest.mark.parametrize("operation", PAGED, ids=str)
def test_what_comes_while_somebody_reads_shifts_nothing(
    pms: Rest, hotel: Property, operation: Operation
) -> None:
    fill(hotel, 301, 305)
    before = {identity(row) for row in pms.pages(operation.path)}
    page = pms.get(operation.path, limit=2).body
    seen = [identity(row) for row in page["results"]]
    fill(hotel, 305, 307)
    while page["next"]:
        page = pms.send("GET", page["next"]).body
        seen += [identity(row) for row in page["results"]]
    assert len(seen) == len(set(seen))
    assert before <= set(seen)


@pytest.mark.parametrize("operation", PAGED, ids=str)
def test_more_rows_take_no_more_queries(
    pms: Rest,
    hotel: Property,
    operation: Operation,
    django_assert_max_num_queries: Callable[..., Any],
) -> None:
    fill(hotel, 301, 303)
    pms.get(operation.path)  # notes that the key is used
    with CaptureQueriesContext(
        connection,
    ) as few:
        pms.get(operation.path)
    fill(hotel, 303, 310)
    with django_assert_max_num_queries(len(few)):
        pms.get(operation.path)
    assert len(few) <= 8


def test_a_page_has_fifty_rows_and_never_more_than_two_hundred(pms: Rest, hotel: Property) -> None:
    Room.objects.bulk_create(Room(property=hotel, number=f"X{number}") for number in range(250))
    assert len(pms.get("rooms/").body["results"]) == 50
    assert len(pms.get("rooms/", limit=120).body["results"]) == 120
    answer = pms.get("rooms/", limit=200).body
    assert (len(answer["results"]), answer["next"] is None) == (200, False)
    assert len(pms.pages("rooms/", limit=200)) == 253


def test_next_keeps_the_filters(pms: Rest, hotel: Property) -> None:
    fill(hotel, 301, 304)
    Stay.objects.filter(reference="R-Guest302").update(status=Stay.Status.CHECKED_OUT)
    answer = pms.get("stays/", status="in_house", limit=1)
    assert answer.body["next"].startswith("http://testserver/api/v1/properties/GRAND/stays/?")
    (row,) = pms.send("GET", answer.body["next"]).body["results"]
    assert (row["reference"], row["status"]) == ("R-Guest301", "in_house")


# --- refused ---------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", PAGED, ids=str)
def test_a_bad_parameter_is_named(pms: Rest, operation: Operation) -> None:
    limits = [("limit", value) for value in ("0", "201", "-1", "ten", "1.5", "9" * 30, "٣")]
    for name, value in [*limits, ("no_such_parameter", "1"), ("", "1")]:
        answer = pms.get(operation.path, **{name: value})
        assert (answer.status, answer.code) == (422, "validation_error"), (name, value)
        assert answer.pointers == [f"?{name}"]
        assert name in answer.body["detail"]


@pytest.mark.parametrize(
    ("path", "name", "value"),
    [
        ("stays/", "status", "inhouse"),
        ("stays/", "staus", "in_house"),
        ("stays/", "room", "\x00"),
        ("stays/", "group", "a\x00"),
        ("stays/", "cursor", "x"),
        ("wake-up-calls/", "status", "ringing!"),
        ("wake-up-calls/", "stay", "\x00"),
        ("charges/", "type", "calls"),
        ("charges/", "acknowledged", "yes"),
        ("charges/", "stay", "\x00"),
        ("calls/", "stay", "\x00"),
        ("calls/", "since", "\x00"),
        ("status/", "verbose", "1"),
        ("attention/", "limit", "1"),
        ("rooms/201/", "expand", "stays"),
    ],
)
def test_a_bad_value_is_named(pms: Rest, path: str, name: str, value: str) -> None:
    answer = pms.get(path, **{name: value})
    assert (answer.status, answer.code, answer.pointers) == (422, "validation_error", [f"?{name}"])
    assert name in answer.body["detail"]


def test_a_parameter_given_twice_is_refused(pms: Rest) -> None:
    answer = pms.send("GET", "stays/?status=in_house&status=reserved")
    assert (answer.status, answer.pointers) == (422, ["?status"])


def test_an_act_takes_no_parameters(pms: Rest, hotel: Property) -> None:
    house.reserve(hotel, "Smith")
    assert pms.send("POST", "stays/R-Smith/check-in/?room=202").status == 422
    assert pms.get("stays/R-Smith/").body["status"] == "reserved"
