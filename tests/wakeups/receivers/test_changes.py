"""Whatever changes, the PBX follows: up, down meanwhile, or losing its responses.

Alice is in room 201 and shall be woken in three hours, and that is on the PBX. Then something
changes. In the end the phones have just the alarms that they should have.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from hotelpbx.clock import now
from pbx.delivery import deliver_due
from pbx.models import Command, Pbx, PbxLink
from pbx.simulator import Simulator
from pbx.simulator.faults import Fault
from pbx.simulator.server import Settings
from pbx.simulator.state import Alarm
from rooms.models import Phone, Property, Resync, Stay
from rooms.phones.assignment import set_phones
from rooms.resync.running import request_resync, run_due
from rooms.stays import lifecycle, reservations
from rooms.stays.details import GuestDetails, StayDetails
from rooms.stays.overrides import OVERRIDE_ALL
from tests import house
from tests.house import CLERK
from tests.wakeups.full_house import in_hours
from tests.wakeups.working import watch_and_plan
from wakeups.booking import calls
from wakeups.booking.requests import WakeUpRequest
from wakeups.escalation import desk
from wakeups.models import ForeignAlarm, Occurrence, WakeUpCall, WakeUpSettings
from wakeups.occurrences import conclude

pytestmark = pytest.mark.django_db

NUMBERS = ["2201", "2202", "2203", "2209"]

Expected = dict[str, list[float]]


@pytest.fixture(autouse=True)
def evening() -> Iterator[None]:
    """18:00 in Shanghai, and the clocks go: a minute that began in the test would not end in it."""
    with time_machine.travel(house.at("2026-05-04 10:00:02"), tick=True):
        yield


@pytest.fixture
def exchange() -> Iterator[Simulator]:
    routes = {"local": "9", "national": "90"}
    with Simulator(Settings(extensions=NUMBERS, routes=routes)) as simulator:
        yield simulator


@pytest.fixture
def hotel(db: None, tmp_path: Path, exchange: Simulator) -> Property:
    return house.build(tmp_path, url=exchange.url)


@pytest.fixture
def pbx(hotel: Property) -> Pbx:
    assert hotel.pbx is not None
    return hotel.pbx


@pytest.fixture
def alice(hotel: Property, pbx: Pbx) -> Stay:
    stay = house.check_in(hotel, "Smith")
    Stay.objects.update(arrival=stay.arrival - timedelta(days=3))
    stay.refresh_from_db()
    book(stay, 3, since=-2, recurrence="daily")
    deliver_due(pbx)
    return stay


def book(stay: Stay, hours: float, *, since: int = 0, **more: Any) -> WakeUpCall:
    due = in_hours(stay.property, hours)
    day = due.date() + timedelta(days=since)
    return calls.create(stay, WakeUpRequest(date=day, time=due.time(), **more), actor=CLERK)


def the_call(stay: Stay) -> WakeUpCall:
    return stay.wake_up_calls.get()


def leave_on(stay: Stay, days_from_due: int) -> None:
    """Change the departure to so many days after the day of the call."""
    day = in_hours(stay.property, 3).date() + timedelta(days=days_from_due)
    details = StayDetails(departure=day)
    reservations.save_stay(
        stay.property, stay.reference, details, actor=CLERK, override=OVERRIDE_ALL
    )


# ---- what may change, and what each phone then has: hours from now ---------------------------


def nothing(stay: Stay) -> Expected:
    return {"2201": [3]}


def moved(stay: Stay) -> Expected:
    lifecycle.move(stay, house.room(stay.property, "202"), actor=CLERK)
    return {"2202": [3]}


def moved_twice(stay: Stay) -> Expected:
    moved(stay)
    lifecycle.move(stay, house.room(stay.property, "203"), actor=CLERK)
    return {"2203": [3]}


def moved_there_and_back(stay: Stay) -> Expected:
    moved(stay)
    lifecycle.move(stay, house.room(stay.property, "201"), actor=CLERK, accept_dirty=True)
    return {"2201": [3]}


def checked_out(stay: Stay) -> Expected:
    lifecycle.check_out(stay, actor=CLERK)
    return {}


def checked_out_and_the_next_has_come(stay: Stay) -> Expected:
    lifecycle.check_out(stay, actor=CLERK)
    book(house.check_in(stay.property, "Jones"), 5)
    return {"2201": [5]}


def cancelled(stay: Stay) -> Expected:
    calls.cancel(the_call(stay), actor=CLERK)
    return {}


def another_time(stay: Stay) -> Expected:
    call, due = the_call(stay), in_hours(stay.property, 4)
    day = due.date() - timedelta(days=2)
    calls.change(call, WakeUpRequest(date=day, time=due.time(), recurrence="daily"), actor=CLERK)
    return {"2201": [4]}


def another_time_and_back(stay: Stay) -> Expected:
    request = calls.request_of(the_call(stay))
    another_time(stay)
    calls.change(the_call(stay), request, actor=CLERK)
    return {"2201": [3]}


def another_day(stay: Stay) -> Expected:
    """Not placed yet: the PBX would ring at the next HH:MM."""
    due = in_hours(stay.property, 3)
    request = WakeUpRequest(date=due.date() + timedelta(days=2), time=due.time())
    calls.change(the_call(stay), request, actor=CLERK)
    return {}


def leaves_earlier(stay: Stay) -> Expected:
    leave_on(stay, -1)
    return {}


def leaves_earlier_but_after_the_call(stay: Stay) -> Expected:
    leave_on(stay, 0)
    return {"2201": [3]}


def leaves_earlier_and_thinks_again(stay: Stay) -> Expected:
    leave_on(stay, -1)
    leave_on(stay, 3)
    return {"2201": [3]}


def extended(stay: Stay) -> Expected:
    leave_on(stay, 9)
    return {"2201": [3]}


def the_phone_is_another(stay: Stay) -> Expected:
    set_phones(stay.property, {"201": ["2209"]})
    return {"2209": [3]}


def the_second_phone_is_the_main_one(stay: Stay) -> Expected:
    set_phones(stay.property, {"201": ["2201", "2209"]})
    set_phones(stay.property, {"201": ["2209", "2201"]})
    return {"2209": [3]}


def two_rooms_exchange_their_phones(stay: Stay) -> Expected:
    book(house.check_in(stay.property, "Jones", number="202"), 5)
    set_phones(stay.property, {"201": ["2202"], "202": ["2201"]})
    return {"2202": [3], "2201": [5]}


def the_phone_goes_to_a_vacant_room(stay: Stay) -> Expected:
    set_phones(stay.property, {"201": ["2202"], "202": ["2201"]})
    return {"2202": [3]}


def one_more_is_promised(stay: Stay) -> Expected:
    book(stay, 4)
    return {"2201": [3, 4]}


def one_of_two_who_share_leaves(stay: Stay) -> Expected:
    jones = house.check_in(stay.property, "Jones", sharing=True)
    book(jones, 3)
    book(jones, 5)
    lifecycle.check_out(stay, actor=CLERK)
    return {"2201": [3, 5]}


def by_person(hotel: Property, backup: int) -> None:
    """The hotel's rule for VIPs: called by a person, by the PBX ``backup`` minutes later."""
    WakeUpSettings.objects.update_or_create(
        property=hotel, defaults={"vip_by_person": True, "vip_backup_after": backup}
    )


def mark(stay: Stay, *, vip: bool) -> None:
    details = StayDetails(guests=[GuestDetails("Smith", "Alice", vip=vip)])
    reservations.save_stay(stay.property, stay.reference, details, actor=CLERK)


def she_is_marked_as_vip(stay: Stay) -> Expected:
    by_person(stay.property, 10)
    mark(stay, vip=True)
    return {"2201": [3 + 1 / 6]}


def she_is_a_vip_for_a_moment(stay: Stay) -> Expected:
    she_is_marked_as_vip(stay)
    mark(stay, vip=False)
    return {"2201": [3]}


def vips_are_called_by_a_person_from_now_on(stay: Stay) -> Expected:
    mark(stay, vip=True)
    by_person(stay.property, 0)
    return {}


def the_pbx_steps_in_later(stay: Stay) -> Expected:
    she_is_marked_as_vip(stay)
    by_person(stay.property, 30)
    return {"2201": [3.5]}


def the_zone_of_the_pbx_is_put_right(stay: Stay) -> Expected:
    """In Tokyo it is an hour later."""
    house.put_zones_right(pbx="Asia/Tokyo")
    return {"2201": [4]}


def the_zone_of_the_hotel_is_put_right(stay: Stay) -> Expected:
    """Her call is in Tokyo's local time, and the PBX's clock has Shanghai's."""
    house.put_zones_right(hotel="Asia/Tokyo")
    return {"2201": [2]}


def both_zones_are_put_right(stay: Stay) -> Expected:
    """An hour earlier, at the same local time."""
    house.put_zones_right(hotel="Asia/Tokyo", pbx="Asia/Tokyo")
    return {"2201": [3]}


CHANGES = [
    nothing, moved, moved_twice, moved_there_and_back, checked_out,
    checked_out_and_the_next_has_come, cancelled, another_time, another_time_and_back,
    another_day, leaves_earlier, leaves_earlier_but_after_the_call,
    leaves_earlier_and_thinks_again, extended, the_phone_is_another,
    the_second_phone_is_the_main_one, two_rooms_exchange_their_phones,
    the_phone_goes_to_a_vacant_room, one_more_is_promised, one_of_two_who_share_leaves,
    she_is_marked_as_vip, she_is_a_vip_for_a_moment, vips_are_called_by_a_person_from_now_on,
    the_pbx_steps_in_later, the_zone_of_the_pbx_is_put_right, the_zone_of_the_hotel_is_put_right,
    both_zones_are_put_right,
]  # fmt: skip

FAULTS = {
    "there": [],
    "away": [Fault("drop_before", times=0)],
    "too_busy": [Fault("errno", "wakeupcall/*", "10025", times=3)],
    "losing_answers": [Fault("drop_after", "wakeupcall/*", times=2)],
}
CASES = [
    *((change, trouble) for change in CHANGES for trouble in ("there", "away")),
    *((change, "too_busy") for change in (another_time, moved)),
    *(
        (change, "losing_answers")
        for change in (cancelled, another_time_and_back, moved_there_and_back, leaves_earlier)
    ),
]


@pytest.mark.parametrize(
    ("change", "trouble"), CASES, ids=lambda part: part if isinstance(part, str) else part.__name__
)
def test_the_pbx_follows(
    hotel: Property,
    pbx: Pbx,
    exchange: Simulator,
    alice: Stay,
    change: Callable[[Stay], Expected],
    trouble: str,
) -> None:
    for fault in FAULTS[trouble]:
        exchange.faults.add(Fault(fault.kind, fault.path, fault.value, fault.times))
    expected = change(alice)
    deliver_due(pbx)
    if trouble == "away":
        exchange.faults.clear()
    until_quiet(pbx)
    watch_and_plan()
    until_quiet(pbx)
    assert alarms(exchange) == wanted(hotel, expected)
    row = request_resync(hotel, Resync.Reason.ON_DEMAND, repairs=False)
    run_due()
    row.refresh_from_db()
    assert row.differences == []


@pytest.mark.parametrize("trouble", ["there", "away"])
@pytest.mark.parametrize("leaves", ["who asked first", "who asked after him"])
def test_who_stays_is_rung_as_often_as_he_has_asked_for(
    hotel: Property, pbx: Pbx, exchange: Simulator, alice: Stay, leaves: str, trouble: str
) -> None:
    """Two stays of one room share one alarm: the first one's."""
    bob = house.check_in(hotel, "Jones", sharing=True)
    book(alice, 5, repeats=3, repeat_interval=10)
    book(bob, 5, repeats=1, repeat_interval=30)
    deliver_due(pbx)
    assert rings(exchange, hotel, 5) == [(3, 10)]
    for fault in FAULTS[trouble]:
        exchange.faults.add(Fault(fault.kind, fault.path, fault.value, fault.times))
    lifecycle.check_out(alice if leaves == "who asked first" else bob, actor=CLERK)
    deliver_due(pbx)
    exchange.faults.clear()
    until_quiet(pbx)
    stayed = Occurrence.objects.get(call__time=in_hours(hotel, 5).time(), state="placed")
    assert rings(exchange, hotel, 5) == [(stayed.call.repeats, stayed.call.repeat_interval)]
    (alarm,) = alarms_at(exchange, hotel, 5)
    assert stayed.alarm_id == alarm.id


def test_nobody_is_rung_when_both_cancel_before_the_pbx_has_heard_of_it(
    hotel: Property, pbx: Pbx, exchange: Simulator, alice: Stay
) -> None:
    bob = house.check_in(hotel, "Jones", sharing=True)
    deliver_due(pbx)
    first = book(bob, 5, repeats=1)
    second = book(alice, 5, repeats=3)
    calls.cancel(second, actor=CLERK)
    calls.cancel(first, actor=CLERK)
    until_quiet(pbx)
    assert alarms_at(exchange, hotel, 5) == []


def test_an_alarm_is_not_taken_from_who_stays_minutes_before_it_rings(
    hotel: Property, pbx: Pbx, exchange: Simulator, alice: Stay
) -> None:
    bob = house.check_in(hotel, "Jones", sharing=True)
    book(alice, 4 / 60, repeats=3)
    book(bob, 4 / 60, repeats=1)
    deliver_due(pbx)
    before = alarms_at(exchange, hotel, 4 / 60)
    lifecycle.check_out(alice, actor=CLERK)
    until_quiet(pbx)
    assert alarms_at(exchange, hotel, 4 / 60) == before


def alarms_at(exchange: Simulator, hotel: Property, hours: float) -> list[Alarm]:
    shown = f"{in_hours(hotel, hours):%H:%M}"
    return [each for each in exchange.state.extensions["2201"].alarms if each.time == shown]


def rings(exchange: Simulator, hotel: Property, hours: float) -> list[tuple[int, int]]:
    return [(each.repeats, each.interval) for each in alarms_at(exchange, hotel, hours)]


def until_quiet(pbx: Pbx) -> None:
    """Repeatedly, without waiting for retries."""
    for _ in range(12):
        PbxLink.objects.update(paused_until=None)
        Command.objects.filter(state=Command.State.WAITING).update(next_try_at=now())
        if not deliver_due(pbx):
            break
    assert not Command.objects.filter(state__in=["waiting", "in_flight", "failed"]).exists()


def alarms(exchange: Simulator) -> dict[str, list[str]]:
    return {
        number: sorted(alarm.time for alarm in phone.alarms)
        for number, phone in exchange.state.extensions.items()
        if phone.alarms
    }


def wanted(hotel: Property, expected: Expected) -> dict[str, list[str]]:
    return {
        number: sorted(f"{in_hours(hotel, each):%H:%M}" for each in hours)
        for number, hours in expected.items()
    }


def test_after_the_last_morning_an_extended_stay_is_woken_on(
    hotel: Property, pbx: Pbx, exchange: Simulator, alice: Stay
) -> None:
    leave_on(alice, 0)
    alice.refresh_from_db()
    call = the_call(alice)
    conclude(call.occurrences.get(), Occurrence.State.ANSWERED, "The receiver was lifted.")
    call = the_call(alice)
    assert (call.status, call.due_at) == ("completed", None)
    leave_on(alice, 2)
    call = the_call(alice)
    assert call.status == "pending"
    assert call.due_at == in_hours(hotel, 27), "the day after, and not this morning again"


def test_a_time_that_has_passed_by_the_right_clock_stands_at_the_desk(
    pbx: Pbx, exchange: Simulator, alice: Stay
) -> None:
    """It is four hours later than assumed: 21:00 was an hour ago."""
    house.put_zones_right(hotel="Pacific/Auckland", pbx="Pacific/Auckland")
    PbxLink.objects.update_or_create(pbx=pbx, defaults={"state": "up", "state_since": now()})
    until_quiet(pbx)
    watch_and_plan()
    until_quiet(pbx)
    told = Occurrence.objects.filter(desk.is_alert()).get()
    assert (told.state, told.detail) == ("failed", "The PBX could not be told in time.")
    assert told.due_at == house.at("2026-05-04 09:00:00")
    tomorrow = the_call(alice)
    assert (tomorrow.status, tomorrow.due_at) == ("pending", told.due_at + timedelta(days=1))
    assert alarms(exchange) == {"2201": ["21:00"]}, "tomorrow's, and not the one of today"


def test_what_rings_goes_its_way_though_the_zone_is_put_right(
    pbx: Pbx, exchange: Simulator, alice: Stay
) -> None:
    occurrence = the_call(alice).occurrences.get()
    with time_machine.travel(occurrence.due_at + timedelta(seconds=20)):
        house.put_zones_right(hotel="Asia/Tokyo")
    occurrence.refresh_from_db()
    assert occurrence.state == "placed"
    assert not Command.objects.filter(state="waiting").exists()


def test_a_phone_taken_from_a_guest_is_wiped_and_the_new_one_carries_his_name(
    hotel: Property, pbx: Pbx, exchange: Simulator, alice: Stay
) -> None:
    set_phones(hotel, {"201": ["2209"]})
    until_quiet(pbx)
    names = {number: exchange.state.extensions[number].settings["username"] for number in NUMBERS}
    assert (names["2201"], names["2209"]) == ("2201", "Smith Alice")
    assert not Phone.objects.filter(extension="2201").exists()


def test_an_alarm_that_is_none_of_ours_is_noted_and_kept(
    hotel: Property, pbx: Pbx, exchange: Simulator, alice: Stay
) -> None:
    import requests

    for extension, hour in (("2201", "04:04"), ("2203", "05:05")):
        request = {"extension": extension, "time": hour}
        assert requests.post(f"{exchange.url}/_sim/guest-alarm", json=request, timeout=10).ok
    request_resync(hotel, Resync.Reason.NIGHTLY)
    run_due()
    until_quiet(pbx)
    found = ForeignAlarm.objects.values_list("extension", "time", "type")
    assert set(found) == {("2201", "04:04", "onetime"), ("2203", "05:05", "onetime")}
    assert "04:04" in alarms(exchange)["2201"]
    lifecycle.check_out(alice, actor=CLERK)
    until_quiet(pbx)
    assert [alarm.extension for alarm in ForeignAlarm.objects.all()] == ["2203"]
    assert set(alarms(exchange)) == {"2203"}
