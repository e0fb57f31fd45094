"""Waking two hundred guests at once: the number of requests, and the alarms on the PBX."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import requests
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hotelpbx.clock import now
from pbx.delivery import deliver_due
from pbx.models import Command, Pbx
from pbx.simulator import Simulator
from pbx.simulator.faults import Fault
from pbx.simulator.server import Settings
from rooms.models import Group, Property, Resync, Stay
from rooms.operations import jobs
from rooms.resync.running import request_resync, run_due
from tests.house import CLERK
from tests.wakeups.full_house import full_house, in_hours
from tests.wakeups.working import watch_and_plan
from wakeups.alarms import planning
from wakeups.booking import bulk
from wakeups.booking.requests import WakeUpRequest
from wakeups.models import Occurrence, WakeUpCall
from wakeups.schedule import place_from

pytestmark = pytest.mark.django_db

ROOMS = 24


@pytest.fixture
def rooms(request: pytest.FixtureRequest) -> int:
    return int(getattr(request, "param", ROOMS))


@pytest.fixture
def exchange(rooms: int) -> Iterator[Simulator]:
    extensions = ["2201", "2202", "2203", *(str(1001 + place) for place in range(rooms))]
    with Simulator(Settings(extensions=extensions)) as simulator:
        yield simulator


@pytest.fixture
def hotel(db: None, tmp_path: Path, exchange: Simulator, rooms: int) -> Property:
    return full_house(tmp_path, exchange.url, rooms)


@pytest.fixture
def pbx(hotel: Property) -> Pbx:
    assert hotel.pbx is not None
    return hotel.pbx


def wake_all(hotel: Property, hours: float = 3) -> None:
    due = in_hours(hotel, hours)
    group = Group.objects.get(property=hotel, code="TOUR")
    bulk.create_group_job(
        hotel, group, WakeUpRequest(date=due.date(), time=due.time()), actor=CLERK
    )
    jobs.run_due()


def asked(exchange: Simulator) -> Counter[str]:
    paths = (entry["path"] for entry in exchange.state.requests)
    return Counter(path for path in paths if path.startswith("wakeupcall/"))


def on_the_pbx(exchange: Simulator) -> Counter[int]:
    """How many phones have how many alarms."""
    return Counter(
        len(phone.alarms)
        for number, phone in exchange.state.extensions.items()
        if number.startswith("1")
    )


def states() -> Counter[str]:
    return Counter(Occurrence.objects.values_list("state", flat=True))


@pytest.mark.parametrize("rooms", [200], indirect=True)
def test_two_hundred_alarms_are_four_requests(
    hotel: Property, pbx: Pbx, exchange: Simulator
) -> None:
    wake_all(hotel)
    deliver_due(pbx)
    assert asked(exchange) == {"wakeupcall/create": 2, "wakeupcall/query": 2}
    assert on_the_pbx(exchange) == {1: 200}
    assert states() == {"placed": 200}


def test_the_nightly_comparison_learns_the_ids_with_the_requests_that_it_makes_anyway(
    hotel: Property, pbx: Pbx, exchange: Simulator
) -> None:
    wake_all(hotel)
    deliver_due(pbx)
    row = request_resync(hotel, Resync.Reason.NIGHTLY, repairs=False)
    run_due()
    row.refresh_from_db()
    assert not [each for each in row.differences if each["part"] == "alarms"]
    known = Occurrence.objects.exclude(alarm_id="").exclude(seen_at=None)
    assert known.count() == ROOMS
    ids = {
        phone.number: alarm.id
        for phone in exchange.state.extensions.values()
        for alarm in phone.alarms
    }
    assert all(ids[each.extension] == each.alarm_id for each in known)


def test_an_alarm_that_nobody_has_seen_is_looked_for_an_hour_before(
    hotel: Property, pbx: Pbx, exchange: Simulator
) -> None:
    """The PBX accepted many alarms and lost one of them."""
    wake_all(hotel)
    deliver_due(pbx)
    exchange.state.extensions["1012"].alarms.clear()
    exchange.state.requests.clear()
    assert watch_and_plan() == 0, "not yet"
    with time_machine.travel(now() + timedelta(hours=2, minutes=1)):
        assert watch_and_plan() > 0
        watch_and_plan()
        deliver_due(pbx)
        watch_and_plan()
    asked_twice = Command.objects.filter(kind="place_alarm").count() - ROOMS
    assert asked_twice == ROOMS - 1, "each once, but not the one that was seen at once"
    assert asked(exchange)["wakeupcall/create"] == 1, "the lost one"
    assert on_the_pbx(exchange) == {1: ROOMS}
    assert not Occurrence.objects.filter(seen_at=None).exists()


def test_one_missing_phone_among_many_is_found_in_a_few_requests(
    hotel: Property, pbx: Pbx, exchange: Simulator
) -> None:
    del exchange.state.extensions["1015"]
    wake_all(hotel)
    deliver_due(pbx)
    assert on_the_pbx(exchange) == {1: ROOMS - 1}
    assert states() == {"placed": ROOMS - 1, "failed": 1}
    assert Occurrence.objects.get(state="failed").extension == "1015"
    assert sum(asked(exchange).values()) < 2 * ROOMS, "one by one it would be three for each"


def test_a_batch_of_which_the_pbx_did_a_part_is_not_set_twice(
    hotel: Property, pbx: Pbx, exchange: Simulator
) -> None:
    """The PBX works through the list and refuses one in the middle (T36)."""
    wake_all(hotel)
    command = Command.objects.filter(extension="1001").get()
    for place in range(7):
        request = {"extension": str(1001 + place), "time": command.payload["time"]}
        assert requests.post(f"{exchange.url}/_sim/guest-alarm", json=request, timeout=10).ok
    exchange.faults.add(Fault("errno", "wakeupcall/create", "10020"))
    deliver_due(pbx)
    assert on_the_pbx(exchange) == {1: ROOMS}
    assert states() == {"placed": ROOMS}


def test_a_missing_prompt_is_not_asked_about_for_each_phone(
    hotel: Property, pbx: Pbx, exchange: Simulator
) -> None:
    exchange.faults.add(Fault("errno", "wakeupcall/create", "10023", times=0))
    wake_all(hotel)
    deliver_due(pbx)
    assert asked(exchange) == {"wakeupcall/create": 1}
    assert states() == {"failed": ROOMS}


def test_when_the_answer_for_many_is_lost_each_is_asked_about(
    hotel: Property, pbx: Pbx, exchange: Simulator
) -> None:
    exchange.faults.add(Fault("drop_after", "wakeupcall/create"))
    wake_all(hotel)
    deliver_due(pbx)
    for _ in range(3):
        Command.objects.update(next_try_at=now())
        deliver_due(pbx)
    assert asked(exchange)["wakeupcall/create"] == 1
    assert on_the_pbx(exchange) == {1: ROOMS}
    assert states() == {"placed": ROOMS}


# ---- the planner ---------------------------------------------------------------------------


def queries_of_a_plan() -> int:
    with CaptureQueriesContext(connection) as seen:
        watch_and_plan()
    return len(seen)


def test_calls_that_need_nothing_cost_nothing(hotel: Property, pbx: Pbx) -> None:
    wake_all(hotel)
    deliver_due(pbx)
    # Two of them take the sweep's lock and let it go.
    assert queries_of_a_plan() == 6


def test_many_calls_are_placed_with_as_many_queries_as_a_few(
    hotel: Property, exchange: Simulator
) -> None:
    """For the day after tomorrow: placed when the next HH:MM is the right one."""
    wake_all(hotel, hours=30)
    assert not Occurrence.objects.exists()
    due = WakeUpCall.objects.values_list("due_at", flat=True).first()
    assert due is not None
    extra = WakeUpCall.objects.order_by("pk")[3:]
    pending = list(extra.values_list("pk", flat=True))
    WakeUpCall.objects.filter(pk__in=pending).update(status="completed")
    with time_machine.travel(place_from(due, hotel.zone) - timedelta(seconds=1)):
        watch_and_plan()
        assert not Occurrence.objects.exists()
    with time_machine.travel(place_from(due, hotel.zone) + timedelta(seconds=1)):
        few = queries_of_a_plan()
        assert Occurrence.objects.count() == 3
        WakeUpCall.objects.filter(pk__in=pending).update(status="pending")
        many = queries_of_a_plan()
        assert Occurrence.objects.count() == ROOMS
        assert many == few
        assert set(Stay.objects.values_list("status", flat=True)) == {"in_house"}


def test_one_call_that_cannot_be_planned_costs_no_other_its_morning(
    hotel: Property, monkeypatch: pytest.MonkeyPatch
) -> None:
    wake_all(hotel, hours=30)
    bad = WakeUpCall.objects.order_by("pk")[7]
    place = planning._place

    def trip(calls: list[WakeUpCall]) -> None:
        if bad in calls:
            raise ZeroDivisionError
        place(calls)

    monkeypatch.setattr(planning, "_place", trip)
    with time_machine.travel(now() + timedelta(hours=8)):
        assert watch_and_plan() == ROOMS - 1
    assert Occurrence.objects.count() == ROOMS - 1
    assert not bad.occurrences.exists()
