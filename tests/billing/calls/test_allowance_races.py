"""Two calls rated at once never use the same free minutes (docs/rating.md)."""

import threading
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from billing import report_handlers
from billing.calls import allowances, charging, legs
from billing.models import Call, Charge
from pbx.reports.parsing import CallRecord
from rooms.models import ClassOfService, Occupancy, Property, Stay
from tests import house
from tests.billing.calls.test_attribution import cdr, clock
from tests.hotel.test_races import at_once
from tests.house import yuan

pytestmark = pytest.mark.django_db(transaction=True)

NOON = clock("12:00:00")


@pytest.fixture
def open_hotel(transactional_db: None, tmp_path: Path) -> Property:
    """A hotel whose rows other connections can see; one free minute for Alice."""
    hotel = house.build(tmp_path)
    ClassOfService.objects.filter(name="standard").update(allowance_minutes=1)
    alice = house.check_in(hotel, "Smith")
    Occupancy.objects.filter(stay=alice).update(since=NOON - timedelta(hours=1))
    return hotel


def a_minute(hotel: Property, number: int) -> tuple[Call, bool]:
    """A call of one minute: 1.10."""
    row = {**cdr(NOON + timedelta(seconds=number)), "talkduraction": "60"}
    leg = report_handlers.leg_of(hotel, CallRecord.of_row(row))
    assert leg is not None
    return legs.record(hotel, leg)


def test_of_calls_rated_at_once_one_has_the_free_minute(open_hotel: Property) -> None:
    at_once(*(partial(a_minute, open_hotel, number) for number in range(6)))
    assert Call.objects.filter(allowance_seconds=60).count() == 1
    assert [each.amount for each in Charge.objects.all()] == [yuan("1.10")] * 5


def test_without_the_lock_both_would_have_it(
    open_hotel: Property, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both read what is used before either writes: the race that the lock cures is real."""
    both_have_read = threading.Barrier(2)
    used = allowances._used

    def read(stay: Stay) -> Any:
        found = used(stay)
        both_have_read.wait(10)
        return found

    monkeypatch.setattr(allowances, "_used", read)
    monkeypatch.setattr(charging, "lock_with_room", lambda stay, room: (stay, {}))
    at_once(*(partial(a_minute, open_hotel, number) for number in range(2)))
    assert Call.objects.filter(allowance_seconds=60).count() == 2
