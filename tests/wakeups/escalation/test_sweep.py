"""A wake-up call from its first ring until somebody opens the guest's door."""

from datetime import timedelta
from typing import Any

import pytest

from events.models import Event
from pbx.models import Command, PbxLink
from pbx.simulator.faults import Fault
from rooms.models import AuditEntry, ClassOfService, Guest, Phone
from rooms.operations.attention import Decision, items, resolve
from rooms.phones.assignment import set_phones
from rooms.stays import lifecycle
from tests import house
from tests.house import CLERK
from tests.wakeups.morning import DESK, DUE, PHONE, Morning
from wakeups.booking import calls
from wakeups.escalation import sweep
from wakeups.models import Attempt, Occurrence, WakeUpCall

pytestmark = pytest.mark.django_db

RINGS_OUT = [("pbx", "no_answer"), ("pbx", "no_answer")]
OWN = "extension/playprompt"
IVR = "ivr/dial_extension"


def status(call: WakeUpCall) -> str:
    call.refresh_from_db()
    return call.status


def desk_calls(morning: Morning) -> int:
    return sum(body["extid"] == DESK for body in morning.asked(OWN))


def guest_calls(morning: Morning, path: str = OWN) -> int:
    return sum(body["extid"] == PHONE for body in morning.asked(path))


def test_the_guest_answers_the_pbx(morning: Morning) -> None:
    call = morning.book()
    morning.at(1)
    assert status(call) == "ringing"
    morning.at(8)
    assert status(call) == "completed"
    assert morning.attempts() == [("pbx", "completed")]
    assert morning.asked(OWN) == []


def test_the_guest_answers_our_own_call(morning: Morning) -> None:
    call = morning.book()
    morning.phone("ignores")
    morning.rings_out()
    assert (status(call), morning.asked(OWN)) == ("ringing", [])
    morning.phone("answers")
    morning.at_each(422, 430)
    assert status(call) == "completed"
    assert morning.attempts() == [*RINGS_OUT, ("own_call", "completed")]
    assert [body["prompt"] for body in morning.asked(OWN)] == ["wakeup"]
    own = Attempt.objects.get(kind="own_call")
    assert own.callid, "it makes the answer certain"
    assert own.detail == "The call was answered."
    assert items(morning.hotel) == []


def test_nobody_answers_and_the_desk_is_called_until_somebody_acknowledges(
    morning: Morning,
) -> None:
    morning.set(desk_extension=DESK)
    call = morning.book()
    morning.phone("ignores")
    morning.nobody_answers()
    assert (status(call), guest_calls(morning), desk_calls(morning)) == ("no_answer", 1, 1)
    morning.at_each(500, 570)
    assert desk_calls(morning) == 2, "that the desk's phone was lifted acknowledges nothing"
    (item,) = items(morning.hotel)
    assert (item.kind, item.room and item.room.number) == ("wake_up_alarm", "201")
    decision = Decision("acknowledge", CLERK, reason="went to the room")
    resolve(morning.hotel, item.id, decision)
    morning.at_each(700, 900)
    assert desk_calls(morning) == 2
    assert (status(call), guest_calls(morning)) == ("no_answer", 1)
    person = Attempt.objects.get(kind="person")
    assert person.detail == "clara: went to the room"
    assert morning.occurrence().done == "went to the room"
    entry = AuditEntry.objects.get(action="attention acknowledge")
    assert (entry.actor, entry.after["reason"]) == ("clara", "went to the room")
    assert Event.objects.filter(type="wake_up_call.no_answer").count() == 1


@pytest.mark.parametrize(
    ("behaviour", "why"),
    [
        ("voicemail", "Voicemail has answered"),
        ("busy", "refused at the phone."),
        ("ignores", "nobody answered"),
    ],
)
def test_what_is_no_answer_comes_to_the_desk(morning: Morning, behaviour: str, why: str) -> None:
    call = morning.book()
    morning.phone(behaviour)
    morning.nobody_answers()
    assert status(call) == "no_answer"
    (item,) = items(morning.hotel)
    assert why in item.detail


def test_without_prompt_and_desk_only_the_screen_is_left(morning: Morning) -> None:
    morning.set(fallback_prompt="")
    call = morning.book()
    morning.phone("ignores")
    morning.at_each(1, 301, 700, 725)
    assert (status(call), morning.asked(OWN)) == ("no_answer", [])
    assert len(items(morning.hotel)) == 1


def test_a_refused_call_of_ours_is_told_to_the_desk(morning: Morning) -> None:
    morning.exchange.faults.add(Fault("errno", OWN, "10023", times=0))
    call = morning.book()
    morning.phone("ignores")
    morning.nobody_answers()
    assert status(call) == "no_answer"
    assert "voice prompt does not exist" in items(morning.hotel)[0].detail
    assert not Command.objects.filter(kind="ring", state="failed").exists()


def test_a_call_that_cannot_be_made_in_time_is_not_made_later(morning: Morning) -> None:
    call = morning.book()
    morning.phone("ignores")
    morning.rings_out()
    morning.exchange.faults.add(Fault("errno", OWN, "10008", times=0))
    morning.at(422)
    assert status(call) == "ringing"
    morning.at(500)
    assert (status(call), guest_calls(morning)) == ("no_answer", 0)
    assert "in a call" in items(morning.hotel)[0].detail
    morning.exchange.faults.clear()
    morning.phone("answers")
    morning.at_each(520, 700)
    assert guest_calls(morning) == 0


def test_an_unplugged_phone_is_not_called_the_desk_is(morning: Morning) -> None:
    morning.set(desk_extension=DESK)
    call = morning.book()
    morning.phone("unregistered")
    Phone.objects.filter(extension=PHONE).update(status=Phone.Status.UNAVAILABLE)
    morning.nobody_answers()
    assert (status(call), guest_calls(morning), desk_calls(morning)) == ("no_answer", 0, 1)
    assert "not connected" in items(morning.hotel)[0].detail


@pytest.mark.parametrize("why", ["link down", "reports stay out"])
def test_without_reports_nothing_is_assumed(morning: Morning, why: str) -> None:
    call = morning.book()
    morning.exchange.state.alarm_reports = "silent"
    morning.rings_out()
    morning.clock.shift(25)
    link = PbxLink.objects.filter(pbx=morning.pbx)
    if why == "link down":
        link.update(state=PbxLink.State.DOWN)
    else:
        link.update(reports_missing_since=house.at("2026-05-04 22:00:00"))
    sweep.sweep()
    assert (status(call), guest_calls(morning)) == ("unknown", 0)
    assert "nothing is known" in items(morning.hotel)[0].detail


def test_the_desk_is_told_in_five_minutes_though_the_next_ring_is_far(morning: Morning) -> None:
    call = morning.book(repeat_interval=30)
    morning.exchange.state.alarm_reports = "silent"
    PbxLink.objects.filter(pbx=morning.pbx).update(state=PbxLink.State.DOWN)
    morning.clock.move_to(DUE + timedelta(seconds=299))
    sweep.sweep()
    assert items(morning.hotel) == []
    morning.clock.shift(2)
    Occurrence.objects.update(next_check_at=None)
    sweep.sweep()
    assert (status(call), guest_calls(morning)) == ("unknown", 0)
    assert "nothing is known" in items(morning.hotel)[0].detail


@pytest.mark.parametrize("field", ["state_since", "booted_at"])
def test_a_link_that_comes_back_soon_lets_us_call_at_once(morning: Morning, field: str) -> None:
    call = morning.book(repeat_interval=30)
    morning.exchange.state.alarm_reports = "silent"
    PbxLink.objects.filter(pbx=morning.pbx).update(**{field: DUE + timedelta(seconds=100)})
    morning.at(129)
    assert guest_calls(morning) == 0
    morning.at_each(135, 150)
    assert (status(call), guest_calls(morning)) == ("completed", 1)
    assert morning.exchange.state.extensions[PHONE].alarms == []


@pytest.mark.parametrize(("ahead", "alarms"), [(40, 0), (20, 1), (-40, 1)])
def test_a_request_in_the_last_minute_before_a_clock_that_is_ahead(
    morning: Morning, ahead: float, alarms: int
) -> None:
    """Its clock already shows seven: an alarm would ring tomorrow, so we call instead."""
    PbxLink.objects.filter(pbx=morning.pbx).update(clock_difference=ahead)
    morning.clock.move_to(DUE - timedelta(seconds=30))
    call = morning.book(repeat_interval=20)
    assert len(morning.exchange.state.extensions[PHONE].alarms) == alarms
    morning.at_each(1, 15)
    assert (status(call), guest_calls(morning)) == ("completed", 1 - alarms)


def test_an_alarm_nobody_heard_of_is_followed_by_a_call_that_is_certain(morning: Morning) -> None:
    """The phone is not monitored: only its calls are reported, not its states."""
    call = morning.book()
    morning.exchange.state.alarm_reports = "silent"
    morning.nobody_answers()
    assert status(call) == "completed"
    assert morning.attempts() == [("pbx", "unknown"), ("own_call", "completed")]


def test_after_an_outage_no_guest_is_rung_late(morning: Morning) -> None:
    call = morning.book()
    morning.exchange.state.alarm_reports = "silent"
    morning.at(1800)
    assert (status(call), guest_calls(morning)) == ("unknown", 0)


# --- confirmation -----------------------------------------------------------------------------


def test_a_lifted_receiver_is_not_enough_where_a_key_is_wanted(morning: Morning) -> None:
    morning.set(confirm_ivr="6600")
    call = morning.book(confirm=True)
    morning.at(1)
    morning.at(8)
    assert status(call) == "ringing"
    morning.at(20)
    assert status(call) == "confirmed"
    assert morning.attempts() == [("pbx", "completed"), ("confirmation", "confirmed")]
    assert morning.asked(IVR)[0]["ivrid"] == "6600"
    assert Event.objects.filter(type="wake_up_call.confirmed").count() == 1
    alarms = morning.exchange.state.extensions[PHONE].alarms
    assert alarms == [], "who has pressed the key is not rung again"


def test_without_a_key_he_is_asked_again_and_then_a_person_is(morning: Morning) -> None:
    morning.set(confirm_ivr="6600", desk_extension=DESK)
    call = morning.book(confirm=True)
    morning.phone("answers", keys="7")
    morning.at_each(1, 8, 25, 60, 90, 110)
    assert (status(call), guest_calls(morning, IVR), desk_calls(morning)) == ("no_answer", 2, 1)
    assert "no key was pressed" in items(morning.hotel)[0].detail


def test_a_class_of_service_may_want_the_key(morning: Morning) -> None:
    morning.set(confirm_ivr="6600")
    ClassOfService.objects.filter(name="standard").update(confirm_wake_up_calls=True)
    call = morning.book()
    morning.at_each(1, 8, 25)
    assert status(call) == "confirmed"


def test_what_cannot_be_confirmed_is_a_persons_affair(morning: Morning) -> None:
    """No IVR is configured."""
    call = morning.book(confirm=True)
    morning.at_each(1, 301, 700, 725)
    assert status(call) == "no_answer"
    assert "no IVR" in items(morning.hotel)[0].detail


# --- snooze -----------------------------------------------------------------------------------


def test_who_asks_for_a_snooze_is_called_again_as_often_as_he_may(morning: Morning) -> None:
    morning.set(confirm_ivr="6600", snooze_key="3", snooze_minutes=10, snoozes=1)
    call = morning.book(confirm=True)
    morning.phone("answers", keys="3")
    morning.at_each(1, 8, 25)
    assert (status(call), guest_calls(morning, IVR)) == ("ringing", 1)
    morning.at_each(300, 600)
    assert guest_calls(morning, IVR) == 1
    morning.at(630)
    assert guest_calls(morning, IVR) == 2
    morning.at(640)
    assert (status(call), guest_calls(morning, IVR)) == ("no_answer", 2)
    assert "asked for a snooze" in items(morning.hotel)[0].detail


def test_he_rises_after_he_has_slept_on(morning: Morning) -> None:
    morning.set(confirm_ivr="6600", snooze_key="3", snoozes=2)
    call = morning.book(confirm=True)
    morning.phone("answers", keys="3")
    morning.at_each(1, 8, 25)
    morning.phone("answers", keys="1")
    morning.at_each(600, 630, 640)
    assert status(call) == "confirmed"


# --- the chain stops --------------------------------------------------------------------------


def test_a_check_out_between_two_attempts_stops_everything(morning: Morning) -> None:
    morning.set(desk_extension=DESK)
    call = morning.book()
    morning.phone("ignores")
    morning.rings_out()
    lifecycle.check_out(morning.stay, actor=CLERK)
    house.check_in(morning.hotel, "Next")
    morning.at_each(410, 422, 500, 800)
    assert status(call) == "cancelled"
    assert (guest_calls(morning), desk_calls(morning), items(morning.hotel)) == (0, 0, [])


def test_a_call_that_waits_for_its_turn_is_dropped_at_the_check_out(morning: Morning) -> None:
    """It is in the lane before the check-out, and must not ring the next guest."""
    morning.book()
    morning.phone("ignores")
    morning.rings_out()
    morning.exchange.faults.add(Fault("errno", OWN, "10008", times=0))
    morning.at(422)
    assert Command.objects.get(kind="ring").state == "waiting"
    lifecycle.check_out(morning.stay, actor=CLERK)
    morning.exchange.faults.clear()
    morning.work()
    assert Command.objects.get(kind="ring").state == "superseded"
    assert guest_calls(morning) == 0
    assert Attempt.objects.get(kind="own_call").result == "cancelled"


def test_a_cancelled_call_stops_too(morning: Morning) -> None:
    call = morning.book()
    morning.phone("ignores")
    morning.rings_out()
    calls.cancel(call, actor=CLERK)
    morning.at_each(422, 800)
    assert (status(call), guest_calls(morning), items(morning.hotel)) == ("cancelled", 0, [])


def test_a_guest_who_has_left_needs_nobody_at_his_door(morning: Morning) -> None:
    morning.set(desk_extension=DESK)
    morning.book()
    morning.phone("ignores")
    morning.nobody_answers()
    assert len(items(morning.hotel)) == 1
    lifecycle.check_out(morning.stay, actor=CLERK)
    morning.at_each(570, 800)
    assert (items(morning.hotel), desk_calls(morning)) == ([], 1)


def test_a_move_in_the_middle_goes_on_in_the_new_room(morning: Morning) -> None:
    call = morning.book()
    morning.phone("ignores")
    morning.at(1)
    lifecycle.move(morning.stay, house.room(morning.hotel, "202"), actor=CLERK)
    morning.at_each(20, 30)
    assert status(call) == "completed"
    assert [body["extid"] for body in morning.asked(OWN)] == ["2202"]


def test_phones_exchanged_in_the_middle_wake_nobody_else(morning: Morning) -> None:
    """The integrator changes settings at seven in the morning."""
    call = morning.book()
    morning.phone("ignores")
    morning.at(1)
    set_phones(morning.hotel, {"201": ["2202"], "202": ["2201"]})
    morning.at_each(20, 30, 301, 420, 600)
    assert status(call) == "completed"
    assert [body["extid"] for body in morning.asked(OWN)] == ["2202"]
    assert [ring.extension for ring in morning.exchange.state.rings] == ["2201", "2202"]


# --- VIP --------------------------------------------------------------------------------------


@pytest.fixture
def vip(morning: Morning) -> Any:
    Guest.objects.filter(stay=morning.stay).update(vip=True)
    morning.set(vip_by_person=True, desk_extension=DESK)
    return morning


def test_a_vip_is_called_by_a_person(vip: Morning) -> None:
    call = vip.book()
    assert vip.asked("wakeupcall/create") == []
    vip.at(-30)
    assert items(vip.hotel) == []
    vip.at(1)
    (item,) = items(vip.hotel)
    assert "call Alice Smith in 201 now" in item.detail
    assert (desk_calls(vip), status(call)) == (1, "pending")
    resolve(vip.hotel, item.id, Decision("acknowledge", CLERK, reason="he is up"))
    vip.at(5)
    assert (status(call), items(vip.hotel)) == ("completed", [])
    assert vip.attempts()[0] == ("person", "completed")


def test_the_pbx_steps_in_where_nobody_has_called(vip: Morning) -> None:
    vip.set(vip_backup_after=5)
    call = vip.book()
    assert vip.asked("wakeupcall/create")[0]["wakeup"][0]["time"] == "07:05"
    vip.at(290)
    assert status(call) == "pending"
    vip.at_each(301, 308)
    assert status(call) == "completed"
    assert vip.attempts()[0] == ("person", "no_answer")
    assert ("pbx", "completed") in vip.attempts()


def test_the_pbx_does_not_ring_a_vip_who_was_called(vip: Morning) -> None:
    vip.set(vip_backup_after=5)
    vip.book()
    vip.at(1)
    (item,) = items(vip.hotel)
    resolve(vip.hotel, item.id, Decision("acknowledge", CLERK))
    vip.at(10)
    assert vip.exchange.state.extensions[PHONE].alarms == []


# --- two at once ------------------------------------------------------------------------------


def test_two_who_share_a_room_are_called_once(morning: Morning) -> None:
    bob = house.check_in(morning.hotel, "Jones", sharing=True)
    hers = morning.book()
    morning.stay = bob
    his = morning.book()
    morning.phone("ignores")
    morning.rings_out()
    morning.phone("answers")
    morning.at_each(422, 430)
    assert guest_calls(morning) == 1
    assert (status(hers), status(his)) == ("completed", "completed")


def test_the_desk_is_called_once_for_two_alarms(morning: Morning) -> None:
    morning.set(desk_extension=DESK, desk_call_repeat=0, fallback_prompt="")
    morning.book()
    morning.stay = house.check_in(morning.hotel, "Jones", number="202")
    morning.work()
    morning.book()
    morning.phone("ignores")
    morning.phone("ignores", number="2202")
    morning.at_each(1, 301, 700, 725, 735)
    assert len(items(morning.hotel)) == 2
    assert desk_calls(morning) == 1
    assert Attempt.objects.filter(kind="desk").count() == 2
