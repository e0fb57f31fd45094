"""``events/``: following the sequence misses nothing."""

from pathlib import Path

import pytest

from events import log
from events.models import Event
from rooms.models import Property
from tests import house
from tests.api.rest import Rest, issue

pytestmark = pytest.mark.django_db


def test_an_event_as_it_is_shown(pms: Rest, hotel: Property) -> None:
    house.check_in(hotel, "Smith")
    first, second = pms.pages("events/")
    assert (first["type"], second["type"]) == ("stay.reserved", "stay.checked_in")
    assert first["sequence"] < second["sequence"]
    row = Event.objects.get(sequence=second["sequence"])
    assert second == {
        "id": str(row.id),
        "type": "stay.checked_in",
        "timestamp": row.occurred_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "sequence": row.sequence,
        "property": "GRAND",
        "data": row.data,
    }


def test_what_was_just_committed_is_there(pms: Rest, hotel: Property) -> None:
    log.record(hotel.code, "endpoint.test", {"n": 1})
    assert Event.objects.get().sequence is None
    assert [event["data"] for event in pms.pages("events/")] == [{"n": 1}]


def test_a_reader_follows_the_sequence(pms: Rest, hotel: Property) -> None:
    for number in range(7):
        log.record(hotel.code, "endpoint.test", {"n": number})
    found, after = [], 0
    while results := pms.get("events/", after=after, limit=3).body["results"]:
        found += [event["data"]["n"] for event in results]
        after = results[-1]["sequence"]
    assert found == list(range(7))
    assert len(pms.pages("events/", limit=2)) == 7, "next leads to the same"
    log.record(hotel.code, "endpoint.test", {"n": 7})
    assert [event["data"]["n"] for event in pms.pages("events/", after=after)] == [7]


def test_next_goes_on_after_the_last_one_shown(pms: Rest, hotel: Property) -> None:
    for number in range(3):
        log.record(hotel.code, "endpoint.test", {"n": number})
    answer = pms.get("events/", limit=2)
    last = answer.body["results"][-1]["sequence"]
    assert answer.body["next"] == (
        f"http://testserver/api/v1/properties/GRAND/events/?limit=2&after={last}"
    )


def test_the_events_of_another_hotel_are_its_own(
    pms: Rest, hotel: Property, tmp_path: Path
) -> None:
    other = house.build(tmp_path, code="OTHER", url="http://127.0.0.1:10")
    log.record(other.code, "endpoint.test", {"n": 1})
    assert pms.pages("events/") == []
    assert len(Rest(other, issue(other)).pages("events/")) == 1


@pytest.mark.parametrize("after", ["-1", "x", "1.5", "9" * 30, "١"])
def test_after_is_a_sequence(pms: Rest, after: str) -> None:
    answer = pms.get("events/", after=after)
    assert (answer.status, answer.code, answer.pointers) == (422, "validation_error", ["?after"])
