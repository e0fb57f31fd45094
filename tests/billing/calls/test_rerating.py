"""Unrated calls are rated later, and the number of queries per call."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing import report_handlers, tariff_book, tasks
from billing.calls import charging, rerating
from billing.models import Call, Charge
from hotelpbx.refusals import Refusal
from pbx.models import Report
from pbx.reports.parsing import parse_report
from rooms.models import ClassOfService, Occupancy, Property, Stay
from tests import house
from tests.billing.calls.test_attribution import cdr, clock, send
from tests.house import yuan

pytestmark = pytest.mark.django_db

NOON = clock("12:00:00")


@pytest.fixture
def alice(hotel: Property) -> Stay:
    stay = house.check_in(hotel, "Smith")
    Occupancy.objects.filter(stay=stay).update(since=NOON - timedelta(hours=1))
    return stay


def unrated(hotel: Property, stay: Stay, number: int, to: str = "9777") -> None:
    """Calls for which no tariff has a rate."""
    Call.objects.bulk_create(
        Call(
            property=hotel,
            leg=f"{to}-{place}",
            callid=f"{int(NOON.timestamp())}.{place}",
            stay=stay,
            room=stay.room,
            extension="2201",
            started_at=NOON,
            call_from="2201",
            call_to=to,
            direction="outbound",
            talk_seconds=60,
            status="ANSWERED",
            rating="unrated",
        )
        for place in range(number)
    )


def price(hotel: Property, prefix: str) -> None:
    """One yuan a minute."""
    hotel.tariffs.get().rates.create(prefix=prefix, price_per_minute=1, days=list(range(7)))
    tariff_book.mark_changed(hotel)


def test_many_are_rated_in_batches_and_the_rest_is_left(
    hotel: Property, alice: Stay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rerating, "_BATCH", 4)
    unrated(hotel, alice, 9)
    unrated(hotel, alice, 5, to="9666")
    price(hotel, "777")
    assert rerating.rate_unrated(hotel) == 9
    assert Charge.objects.filter(amount=1).count() == 9
    assert Call.objects.filter(rating="unrated").count() == 5
    assert rerating.rate_unrated(hotel) == 0


def test_what_no_tariff_covers_is_not_even_locked(
    hotel: Property, alice: Stay, django_assert_max_num_queries: Any
) -> None:
    unrated(hotel, alice, 200)
    with django_assert_max_num_queries(5):
        assert rerating.rate_unrated(hotel) == 0


def test_a_run_that_breaks_off_keeps_what_it_has_done(
    hotel: Property, alice: Stay, monkeypatch: pytest.MonkeyPatch
) -> None:
    unrated(hotel, alice, 3)
    price(hotel, "777")
    rate = charging.retry_rating
    done: list[Call] = []

    def third_time_out(call: Call) -> None:
        if len(done) == 2:
            raise SystemExit
        done.append(call)
        rate(call)

    monkeypatch.setattr(charging, "retry_rating", third_time_out)
    with pytest.raises(SystemExit):
        rerating.rate_unrated(hotel)
    assert Charge.objects.count() == 2


def test_a_page_rates_a_few_and_leaves_the_rest_to_a_worker(
    hotel: Property,
    alice: Stay,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    woken: list[tuple[object, ...]] = []
    monkeypatch.setattr("hotelpbx.task_queue.sending.enqueue", lambda *said: woken.append(said))
    monkeypatch.setattr(rerating, "_AT_ONCE", 2)
    unrated(hotel, alice, 3)
    price(hotel, "777")
    with django_capture_on_commit_callbacks(execute=True):
        rerating.rate_unrated_soon(hotel)
    assert ("billing.tasks.rate_unrated", hotel.pk) in woken
    assert Charge.objects.count() == 2
    tasks.rate_unrated(hotel.pk)
    assert Charge.objects.count() == 3


def test_the_sweep_wakes_the_worker_for_each_hotel_with_unrated_calls(
    hotel: Property, alice: Stay, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[tuple[object, ...]] = []
    monkeypatch.setattr(tasks, "enqueue", lambda *said: woken.append(said))
    tasks.rate_unrated_calls()
    assert woken == []
    unrated(hotel, alice, 2)
    tasks.rate_unrated_calls()
    assert woken == [("billing.tasks.rate_unrated", hotel.pk)]


def test_one_that_is_rated_in_the_meantime_is_skipped(
    hotel: Property, alice: Stay, monkeypatch: pytest.MonkeyPatch
) -> None:
    unrated(hotel, alice, 2)
    price(hotel, "777")
    rate = charging.retry_rating

    def somebody_was_quicker(call: Call) -> None:
        rate(call)
        if call.leg.endswith("-0"):
            raise Refusal("invalid_transition", "This call has already been rated.")

    monkeypatch.setattr(charging, "retry_rating", somebody_was_quicker)
    assert rerating.rate_unrated(hotel) == 1


def test_an_unrated_call_uses_the_allowance_when_it_is_rated(hotel: Property, alice: Stay) -> None:
    ClassOfService.objects.filter(name="standard").update(allowance_minutes=1)
    unrated(hotel, alice, 2)
    price(hotel, "777")
    assert rerating.rate_unrated(hotel) == 2
    assert Charge.objects.get().amount == yuan("1.00")


@pytest.mark.parametrize(
    ("more", "most"),
    [
        ({}, 15),
        ({"talkduraction": "0", "status": "NO ANSWER"}, 7),
        ({"type": "Inbound", "callfrom": "0215551234", "callto": "2201"}, 5),
        ({"callfrom": "8000"}, 5),
    ],
    ids=["charged", "unanswered", "inbound", "of the desk"],
)
def test_a_call_asks_little_of_the_database(
    hotel: Property, alice: Stay, more: dict[str, str], most: int
) -> None:
    """From the report to the charge, audit trail and event included; savepoints not counted."""
    send(hotel, [cdr(NOON)])  # the tariffs are in memory
    body = json.dumps(cdr(NOON + timedelta(minutes=1), **more)).encode()
    report = Report(pbx=hotel.pbx, body=body)
    with CaptureQueriesContext(connection) as asked:
        report_handlers.call_record(report, parse_report(body))
    statements = [each["sql"] for each in asked if "SAVEPOINT" not in each["sql"]]
    assert len(statements) <= most, "\n".join(statements)
