"""A time without a date comes next; a call outside the stay needs a confirmation everywhere."""

from collections.abc import Callable, Iterator
from datetime import date, time, timedelta
from typing import Any

import pytest
import time_machine

from hotelpbx.refusals import Refusal
from rooms.models import JobItem, Property, Stay
from rooms.operations import jobs
from rooms.stays import reservations
from rooms.stays.details import StayDetails
from tests import house
from tests.house import CLERK, at, day
from wakeups.booking import bulk, calls, previews
from wakeups.booking.bulk import RequestedCall
from wakeups.booking.previews import Choice
from wakeups.booking.requests import WakeUpRequest, next_day
from wakeups.booking.stay_dates import OutsideStay, in_words, open_outside
from wakeups.models import WakeUpCall

pytestmark = pytest.mark.django_db

# Fri 27 Nov 2026, 03:57 in Shanghai.
NIGHT = at("2026-11-26 19:57:00")


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(NIGHT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def alice(clock: Any, hotel: Property) -> Stay:
    """In house from Friday to Sunday."""
    return house.check_in(hotel, "Smith")


def request(on: str | None = None, wall: str = "06:30", **more: Any) -> WakeUpRequest:
    return WakeUpRequest(date=day(on) if on else None, time=time.fromisoformat(wall), **more)


@pytest.mark.parametrize(
    ("utc", "wall", "expected"),
    [
        ("2026-11-26 19:57:00", "06:30", "2026-11-27"),  # 03:57: today
        ("2026-11-26 19:57:00", "03:58", "2026-11-27"),
        ("2026-11-26 19:57:00", "03:57", "2026-11-28"),
        ("2026-11-26 19:57:00", "00:00", "2026-11-28"),
        ("2026-11-26 15:30:00", "06:30", "2026-11-27"),  # 23:30 the evening before: tomorrow
        ("2026-11-26 22:29:59", "06:30", "2026-11-27"),
        ("2026-11-26 22:30:00", "06:30", "2026-11-28"),
    ],
)
def test_a_time_alone_is_its_next_occurrence(
    clock: Any, hotel: Property, utc: str, wall: str, expected: str
) -> None:
    clock.move_to(at(utc))
    assert next_day(hotel, time.fromisoformat(wall)) == day(expected)


@pytest.mark.parametrize(
    ("utc", "wall", "expected"),
    [
        # Berlin, the night the clocks go forward: 02:30 rings at 03:00, which has not passed.
        ("2026-03-29 00:45:00", "02:30", "2026-03-29"),
        ("2026-03-29 01:00:00", "02:30", "2026-03-30"),
        # … and back: 02:30 rings the first time only.
        ("2026-10-25 00:15:00", "02:30", "2026-10-25"),
        ("2026-10-25 00:30:00", "02:30", "2026-10-26"),
    ],
)
def test_the_next_occurrence_when_the_clocks_change(
    clock: Any, hotel: Property, utc: str, wall: str, expected: str
) -> None:
    hotel.timezone = "Europe/Berlin"
    clock.move_to(at(utc))
    assert next_day(hotel, time.fromisoformat(wall)) == day(expected)


def test_a_call_without_a_day_rings_this_morning(alice: Stay) -> None:
    call = calls.create(alice, request(), actor=CLERK)
    assert (call.date, call.due_at) == (day("2026-11-27"), at("2026-11-26 22:30:00"))
    assert call.due_at
    assert in_words(call.due_at, alice.property) == "Fri 27 Nov, 06:30, today"


@pytest.mark.parametrize(
    ("due", "words"),
    [
        ("2026-11-26 22:30:00", "Fri 27 Nov, 06:30, today"),
        ("2026-11-27 22:30:00", "Sat 28 Nov, 06:30, tomorrow"),
        ("2026-11-28 22:30:00", "Sun 29 Nov, 06:30"),
        ("2026-12-31 22:30:00", "Fri 1 Jan 2027, 06:30"),
    ],
)
def test_the_day_is_said_in_full(clock: Any, hotel: Property, due: str, words: str) -> None:
    assert in_words(at(due), hotel) == words


# ---- outside the stay, door by door ----------------------------------------------------------

OUTSIDE = [
    request("2026-11-30"),
    request("2026-11-30", recurrence="daily"),
    request("2026-11-30", recurrence="daily", until=day("2026-12-05")),
    # The first Monday is after the departure on Sunday.
    request(recurrence="weekdays", weekdays=("mon",)),
    request("2026-11-27", recurrence="weekdays", weekdays=("mon", "tue"), until=day("2026-12-05")),
]
INSIDE = [
    request("2026-11-29", "23:59"),
    request(),
    request("2026-11-27", recurrence="daily", until=day("2026-12-05")),
    request(recurrence="weekdays", weekdays=("sun",)),
]


def _create(stay: Stay, wanted: WakeUpRequest, **flag: bool) -> None:
    calls.create(stay, wanted, actor=CLERK, **flag)


def _change(stay: Stay, wanted: WakeUpRequest, **flag: bool) -> None:
    call = calls.create(stay, request("2026-11-28", "05:00"), actor=CLERK)
    try:
        calls.change(call, wanted, actor=CLERK, **flag)
    finally:
        call.refresh_from_db()
        if call.time == time(5):
            call.delete()


def _job(stay: Stay, wanted: WakeUpRequest, outside_stay: bool = False) -> None:
    order = RequestedCall(stay.reference, "201", wanted, outside_stay)
    jobs.run(bulk.create_job(stay.property, [order], actor=CLERK))
    item = JobItem.objects.get()
    if item.state == JobItem.State.FAILED:
        raise Refusal(item.code, item.detail, "invalid")


DOORS: list[Callable[..., None]] = [_create, _change, _job]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("wanted", OUTSIDE)
def test_outside_the_stay_is_refused_until_it_is_confirmed(
    alice: Stay, door: Callable[..., None], wanted: WakeUpRequest
) -> None:
    with pytest.raises(Refusal) as refusal:
        door(alice, wanted)
    assert refusal.value.code == "validation_error"
    assert "Mon 30 Nov, 06:30 is after the departure on Sun 29 Nov" in refusal.value.detail
    assert not WakeUpCall.objects.exists()
    JobItem.objects.all().delete()
    door(alice, wanted, outside_stay=True)
    assert WakeUpCall.objects.get().due_at == at("2026-11-29 22:30:00")


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("wanted", INSIDE)
def test_inside_the_stay_nothing_is_asked(
    alice: Stay, door: Callable[..., None], wanted: WakeUpRequest
) -> None:
    door(alice, wanted)
    assert WakeUpCall.objects.count() == 1


def test_before_the_arrival_is_outside_too(alice: Stay) -> None:
    Stay.objects.update(arrival=day("2026-11-28"))
    with pytest.raises(OutsideStay, match="before the arrival on Sat 28 Nov"):
        calls.create(alice, request(), actor=CLERK)
    calls.create(alice, request("2026-11-28"), actor=CLERK)


def test_the_group_names_who_leaves_before(hotel: Property, alice: Stay) -> None:
    bob = house.check_in(hotel, "Jones", number="202")
    longer = StayDetails(group="TOUR", departure=day("2026-12-01"))
    reservations.save_stay(hotel, bob.reference, longer, actor=CLERK)
    reservations.save_stay(hotel, alice.reference, StayDetails(group="TOUR"), actor=CLERK)
    group = hotel.groups.get(code="TOUR")
    job = bulk.create_group_job(hotel, group, request("2026-11-30"), actor=CLERK)
    jobs.run(job)
    failed = job.items.get(state=JobItem.State.FAILED)
    assert failed.reference == alice.reference
    assert "after the departure" in failed.detail
    assert WakeUpCall.objects.get().stay == bob


def test_a_list_asks_for_the_line_that_lies_outside(hotel: Property, alice: Stay) -> None:
    bob = house.check_in(hotel, "Jones", number="202")
    longer = StayDetails(departure=day("2026-12-01"))
    reservations.save_stay(hotel, bob.reference, longer, actor=CLERK)
    lines = "202 06:30\n201 06:30\n"
    seen = previews.preview(hotel, Choice(lines=lines), request("2026-11-30"))
    (good, asked) = seen.good
    assert (good.room, good.question, good.said) == ("202", "", "Mon 30 Nov, 06:30")
    assert (asked.room, asked.source) == ("201", "line 2: 201 06:30")
    assert "after the departure on Sun 29 Nov" in asked.question


def test_each_line_has_the_next_day_of_its_own_time(
    hotel: Property, alice: Stay, clock: Any
) -> None:
    clock.move_to(at("2026-11-26 22:40:00"))  # 06:40
    choice = Choice(rooms="201", times=(time(6, 30), time(7, 0)))
    seen = previews.preview(hotel, choice, request(wall="00:00"))
    assert [entry.said for entry in seen.good] == [
        "Fri 27 Nov, 07:00, today",
        "Sat 28 Nov, 06:30, tomorrow",
    ]


def test_a_departure_that_is_put_earlier_leaves_the_call_and_names_it(
    hotel: Property, alice: Stay
) -> None:
    """The call ends with the check-out; until then the guest is woken."""
    call = calls.create(alice, request("2026-11-29"), actor=CLERK)
    assert open_outside(alice) == []
    earlier = StayDetails(departure=day("2026-11-28"))
    stay, _ = reservations.save_stay(hotel, alice.reference, earlier, actor=CLERK)
    call.refresh_from_db()
    assert call.status == "pending"
    assert open_outside(stay) == [call]


def test_a_change_that_leaves_the_moment_as_it_is_is_not_asked_about(
    hotel: Property, alice: Stay
) -> None:
    call = calls.create(alice, request("2026-11-30"), actor=CLERK, outside_stay=True)
    calls.change(call, request("2026-11-30", repeats=1, repeat_interval=5), actor=CLERK)
    with pytest.raises(OutsideStay):
        calls.change(call, request("2026-11-30", "06:31"), actor=CLERK)


def test_a_job_of_an_earlier_version_is_done(alice: Stay) -> None:
    """Its stored request has no key about days outside the stay."""
    job = bulk.create_job(
        alice.property, [RequestedCall(alice.reference, "201", request("2026-11-28"))], actor=CLERK
    )
    item = job.items.get()
    del item.parameters["outside_stay"]
    item.save()
    jobs.run(job)
    assert WakeUpCall.objects.get().date == day("2026-11-28")


# ---- weekdays of which there is none ---------------------------------------------------------


@pytest.mark.parametrize("first", ["2026-11-27", None])
def test_weekdays_that_do_not_come_are_no_time_that_has_passed(
    alice: Stay, first: str | None
) -> None:
    """The refusal does not say that the time has passed."""
    none = request(first, recurrence="weekdays", weekdays=("mon", "wed"), until=day("2026-11-29"))
    with pytest.raises(Refusal) as refusal:
        calls.create(alice, none, actor=CLERK)
    assert refusal.value.code == "validation_error"
    assert [fault.pointer for fault in refusal.value.faults] == ["/weekdays"]
    assert "There is no Mon or Wed from Fri 2026-11-27 to Sun 2026-11-29" in refusal.value.detail


def test_weekdays_that_have_passed_are_told_so_with_their_last_day(alice: Stay, clock: Any) -> None:
    clock.move_to(NIGHT + timedelta(hours=5))
    passed = request(
        "2026-11-23", recurrence="weekdays", weekdays=("fri",), until=day("2026-11-29")
    )
    with pytest.raises(Refusal) as refusal:
        calls.create(alice, passed, actor=CLERK)
    assert refusal.value.code == "wake_up_in_past"
    assert str(date(2026, 11, 29)) in refusal.value.detail
