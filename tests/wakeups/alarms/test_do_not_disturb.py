"""Do-not-disturb is set on the phone, and the wake-up call rings nevertheless.

Whether the PBX rings a phone under do-not-disturb is not said: all is tried with both readings.
"""

import pytest

from pbx.models import Command
from pbx.simulator.faults import Fault
from rooms.housekeeping import update_room
from rooms.models import Phone, Resync
from rooms.operations.attention import Decision, items, resolve
from rooms.resync.running import request_resync, run_due
from rooms.stays import lifecycle, reservations
from rooms.stays.details import GuestDetails, StayDetails
from tests import house
from tests.api.rest import Rest, issue
from tests.frontdesk.people import staff
from tests.house import CLERK
from tests.wakeups.morning import PHONE, Morning
from wakeups.alarms.do_not_disturb import LEAD
from wakeups.booking import calls

pytestmark = pytest.mark.django_db

BEFORE = -LEAD.total_seconds() + 1
SHORTLY_BEFORE = -30


@pytest.fixture(params=["blocks", "rings"])
def night(request: pytest.FixtureRequest, morning: Morning) -> Morning:
    morning.exchange.state.dnd_mode = request.param
    return morning


def ask(morning: Morning, request: str = "do_not_disturb", number: str = "201") -> None:
    update_room(house.room(morning.hotel, number), actor=CLERK, service_request=request)
    morning.work()


def dnd(morning: Morning, number: str = PHONE) -> str:
    return morning.exchange.state.extensions[number].settings["dnd"]


def set_by_hand(morning: Morning, value: str = "on", number: str = PHONE) -> None:
    morning.exchange.state.extensions[number].settings["dnd"] = value


def heard(morning: Morning, kind: str) -> list[str]:
    """What the phone did at rings of one kind."""
    return [ring.behaviour for ring in morning.exchange.state.rings if ring.kind == kind]


# --- the room's request ------------------------------------------------------------------------


def test_a_request_is_set_on_the_phone_and_taken_back(night: Morning) -> None:
    ask(night)
    assert dnd(night) == "on"
    ask(night, "make_up_room")
    assert dnd(night) == "off"
    ask(night)
    lifecycle.check_out(night.stay, actor=CLERK)
    night.work()
    assert dnd(night) == "off"
    assert house.room(night.hotel, "201").service_request == "none"


def test_a_request_of_a_vacant_room_waits_for_the_guest(morning: Morning) -> None:
    ask(morning, number="202")
    assert dnd(morning, "2202") == "off"
    house.check_in(morning.hotel, "Jones", number="202")
    morning.work()
    assert dnd(morning, "2202") == "on"


@pytest.mark.parametrize("whose", ["the room's", "the guest's"])
def test_it_goes_along_with_a_move(morning: Morning, whose: str) -> None:
    if whose == "the room's":
        ask(morning)
    else:
        set_by_hand(morning)
    lifecycle.move(morning.stay, house.room(morning.hotel, "202"), actor=CLERK)
    morning.work()
    assert (dnd(morning), dnd(morning, "2202")) == ("off", "on")


def test_what_the_room_has_asked_for_can_be_taken_back_after_a_move(morning: Morning) -> None:
    ask(morning)
    lifecycle.move(morning.stay, house.room(morning.hotel, "202"), actor=CLERK)
    ask(morning, "none", "202")
    assert dnd(morning, "2202") == "off"


def test_the_comparison_sets_what_the_room_asks_for_and_leaves_the_guests_own(
    morning: Morning,
) -> None:
    house.check_in(morning.hotel, "Jones", number="202")
    ask(morning)
    set_by_hand(morning, "off")
    set_by_hand(morning, "on", "2202")
    Command.objects.update(created_at=house.at("2026-05-01"), finished_at=house.at("2026-05-01"))
    request_resync(morning.hotel, Resync.Reason.NIGHTLY)
    run_due()
    morning.work()
    (found,) = Resync.objects.latest("pk").differences
    assert (found["extension"], found["what"]) == (PHONE, "do-not-disturb")
    assert (found["expected"], found["actual"]) == ("on", "off")
    assert (dnd(morning), dnd(morning, "2202")) == ("on", "on")


# --- a wake-up call ----------------------------------------------------------------------------


@pytest.mark.parametrize("whose", ["the room's", "the guest's"])
def test_a_wake_up_call_rings_and_it_is_quiet_again(night: Morning, whose: str) -> None:
    if whose == "the room's":
        ask(night)
    else:
        set_by_hand(night)
    call = night.book()
    night.at(BEFORE - 10)
    assert dnd(night) == "on", "not earlier than it must"
    night.at(BEFORE)
    assert dnd(night) == "off"
    night.at_each(1, 8)
    call.refresh_from_db()
    assert call.status == "completed"
    assert heard(night, "alarm") == ["answers"]
    night.at(20)
    assert dnd(night) == "on"
    assert not Phone.objects.filter(dnd_suspended=True).exists()


def test_without_lifting_it_the_guest_oversleeps(
    morning: Morning, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the PBX respects do-not-disturb: why it is switched off."""
    monkeypatch.setattr("rooms.phones.do_not_disturb.suspend", lambda *args, **more: None)
    ask(morning)
    morning.book()
    morning.nobody_answers()
    assert set(heard(morning, "alarm") + heard(morning, "prompt")) == {"dnd"}


def test_our_own_call_rings_too_and_the_desk_reaches_him(night: Morning) -> None:
    ask(night)
    night.book()
    night.phone("ignores")
    night.at(BEFORE)
    night.nobody_answers()
    assert heard(night, "prompt") == ["ignores"]
    assert dnd(night) == "off", "the desk is to call him"
    (item,) = items(night.hotel)
    resolve(night.hotel, item.id, Decision("acknowledge", CLERK, reason="called him"))
    night.at(500)
    assert dnd(night) == "on"


def test_who_has_not_set_it_is_left_as_he_is(morning: Morning) -> None:
    morning.book()
    before = len(morning.asked("extension/update"))
    morning.at_each(BEFORE, 1, 8, 20)
    assert dnd(morning) == "off"
    assert len(morning.asked("extension/update")) == before


def test_a_cancelled_call_leaves_it_as_it_was(morning: Morning) -> None:
    set_by_hand(morning)
    call = morning.book()
    morning.at(BEFORE)
    calls.cancel(call, actor=CLERK)
    morning.at(SHORTLY_BEFORE)
    assert dnd(morning) == "on"


def test_what_the_room_no_longer_asks_for_is_not_set_again(morning: Morning) -> None:
    ask(morning)
    morning.book()
    morning.at(BEFORE)
    ask(morning, "none")
    morning.at_each(1, 8, 20)
    assert dnd(morning) == "off"


def test_what_the_room_asks_for_meanwhile_waits_until_he_is_awake(night: Morning) -> None:
    night.book()
    night.at(BEFORE)
    ask(night)
    assert dnd(night) == "off"
    night.at_each(1, 8, 20)
    assert (dnd(night), heard(night, "alarm")) == ("on", ["answers"])


@pytest.mark.parametrize("whose", ["the room's", "the guest's"])
def test_a_move_just_before(night: Morning, whose: str) -> None:
    if whose == "the room's":
        ask(night)
    else:
        set_by_hand(night)
    night.book()
    night.at(BEFORE)
    lifecycle.move(night.stay, house.room(night.hotel, "202"), actor=CLERK)
    night.at(SHORTLY_BEFORE)
    assert (dnd(night), dnd(night, "2202")) == ("off", "off")
    night.at_each(1, 8, 20)
    assert (dnd(night), dnd(night, "2202")) == ("off", "on")
    assert heard(night, "alarm") == ["answers"]


def test_a_check_out_just_before(morning: Morning) -> None:
    ask(morning)
    morning.book()
    morning.at(BEFORE)
    lifecycle.check_out(morning.stay, actor=CLERK)
    morning.at(20)
    assert dnd(morning) == "off"
    assert not Phone.objects.filter(dnd_suspended=True).exists()


@pytest.mark.parametrize("path", ["extension/query", "extension/update"])
@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_an_answer_is_lost(night: Morning, kind: str, path: str) -> None:
    set_by_hand(night)
    night.book()
    night.exchange.faults.add(Fault(kind, path))
    night.at(BEFORE)
    night.at_each(SHORTLY_BEFORE, 1, 8)
    assert heard(night, "alarm") == ["answers"]
    night.at(20)
    assert dnd(night) == "on"


def test_a_pbx_that_was_away_is_asked_when_it_is_back(morning: Morning) -> None:
    set_by_hand(morning)
    morning.book()
    morning.exchange.faults.add(Fault("status", "extension/*", "503", times=0))
    morning.at(BEFORE)
    morning.exchange.faults.clear()
    morning.at(BEFORE + 400)
    morning.at(BEFORE + 420)
    assert dnd(morning) == "off", "he has not been reached yet"


def test_a_request_that_still_waits_does_not_come_behind_the_lifting(morning: Morning) -> None:
    morning.book()
    morning.exchange.faults.add(Fault("status", "extension/*", "503", times=0))
    ask(morning)
    morning.at(BEFORE)
    details = StayDetails(guests=[GuestDetails("Smythe", "Alice")])
    reservations.save_stay(morning.hotel, morning.stay.reference, details, actor=CLERK)
    morning.exchange.faults.clear()
    morning.at_each(SHORTLY_BEFORE, 1, 8)
    assert heard(morning, "alarm") == ["answers"]
    morning.at(20)
    assert dnd(morning) == "on"
    assert morning.exchange.state.extensions[PHONE].settings["username"] == "Smythe Alice"


def test_a_request_over_rest_and_at_the_desk(morning: Morning) -> None:
    pms = Rest(morning.hotel, issue(morning.hotel))
    clara = staff(morning.hotel, "clara", "clerk")
    answer = pms.patch("rooms/201/", {"service_request": "do_not_disturb"})
    assert answer.body["phone"]["state"] == "pending"
    morning.work()
    assert dnd(morning) == "on"
    assert pms.get("rooms/201/").body["phone"]["state"] == "applied"
    room = house.room(morning.hotel, "201")
    sent = {
        "housekeeping_status": room.housekeeping_status,
        "availability_status": room.availability_status,
        "service_request": "none",
    }
    assert clara.post("/GRAND/rooms/201/", sent).status_code == 302
    morning.work()
    assert dnd(morning) == "off"
