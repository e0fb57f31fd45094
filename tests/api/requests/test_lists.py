"""Lists: complete, without gaps or duplicates, in few queries; and the page of operations."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from billing.ledger import posting
from events.models import Event
from pbx.models import Command
from rooms.models import Property
from tests import house
from tests.api.client import Pms
from tests.house import CLERK, yuan

pytestmark = pytest.mark.django_db


def follow(pms: Pms, path: str, meanwhile: Callable[[], object] = lambda: None) -> list[object]:
    """The ids of all rows, by ``next``; ``meanwhile`` happens between the first two pages."""
    seen: list[object] = []
    pages = 0
    while path:
        page = pms.get(path)[1]
        for row in page["results"]:
            seen.append(row.get("reference") or row.get("number") or row["sequence"])
        path = (page["next"] or "").partition("testserver")[2]
        pages += 1
        if pages == 1:
            meanwhile()
    return seen


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 200])
def test_rooms_come_once_whatever_the_page(hotel: Property, limit: int) -> None:
    assert follow(Pms(hotel), f"rooms/?limit={limit}") == ["201", "202", "203"]


def test_a_new_stay_shifts_nothing(hotel: Property) -> None:
    names = ["Smith", "Jones", "Brown", "Black", "White"]
    for name in names:
        house.reserve(hotel, name, number=None)
    seen = follow(
        Pms(hotel),
        "stays/?limit=2&status=reserved",
        lambda: house.reserve(hotel, "Late", number=None),
    )
    assert seen == [f"R-{name}" for name in reversed(names)]


def test_the_filter_goes_along_with_next(hotel: Property) -> None:
    for number in ("201", "202", "203"):
        stay = house.check_in(hotel, f"G{number}", number=number)
        for text in ("Stamp", "Card"):
            posting.charge_other(stay, yuan("1.00"), text, actor=CLERK)
    assert follow(Pms(hotel), "charges/?limit=1&stay=R-G202") == [3, 4]


def test_a_reader_of_events_misses_nothing_that_comes_meanwhile(hotel: Property) -> None:
    house.check_in(hotel, "Smith")
    seen = follow(
        Pms(hotel), "events/?limit=1", lambda: house.check_in(hotel, "Jones", number="202")
    )
    assert seen == list(Event.objects.order_by("sequence").values_list("sequence", flat=True))
    assert len(seen) == 4


def test_events_of_another_property_are_not_shown(hotel: Property) -> None:
    Event.objects.create(
        property_code="OTHER", type="stay.reserved", occurred_at=house.at("2026-05-04"), data={}
    )
    assert Pms(hotel).get("events/")[1]["results"] == []


@pytest.mark.parametrize("path", ["rooms/", "stays/", "charges/", "wake-up-calls/", "attention/"])
def test_a_longer_list_takes_no_more_queries(hotel: Property, path: str) -> None:
    pms = Pms(hotel)
    counts = []
    for number in ("201", "202", "203"):
        stay = house.check_in(hotel, f"G{number}", number=number)
        posting.charge_other(stay, yuan("1.00"), "Stamp", actor=CLERK)
        wanted = {"stay": stay.reference, "date": stay.departure.isoformat(), "time": "07:00"}
        assert pms.post("wake-up-calls/", wanted)[0] == 201
        Command.objects.update(state=Command.State.FAILED, last_error="No such extension")
        with CaptureQueriesContext(connection) as captured:
            rows = pms.get(path)[1]["results"]
        counts.append(len(captured))
    assert len(rows) >= 3
    assert counts[1] == counts[2]


def test_the_page_names_each_operation_with_its_scope(hotel: Property) -> None:
    schema = Client().get("/api/v1/schema/").json()
    text = Client().get("/api/v1/docs/").content.decode()
    operations = [
        (method, path, operation)
        for path, methods in schema["paths"].items()
        if path.startswith("/api/v1/properties/")
        for method, operation in methods.items()
    ]
    assert len(operations) == text.count('class="method"')
    for method, path, operation in operations:
        ((scope,),) = [each["apiKey"] for each in operation["security"]]
        assert f'<span class="method">{method.upper()}</span> <code>{path}</code>' in text
        assert f"<dt>Scope</dt> <dd><code>{scope}</code></dd>" in text
        assert operation["summary"] in text
