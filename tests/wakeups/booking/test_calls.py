"""Wake-up calls from request to alarm, and back."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
import time_machine

from events.models import Event
from hotelpbx.refusals import Refusal
from pbx import outbox
from pbx.models import Command
from rooms.models import Phone, Property, Stay
from rooms.operations.attention import items
from rooms.signals import phone_status_changed
from rooms.stays import lifecycle, reservations
from rooms.stays.details import StayDetails
from tests import house
from tests.house import CLERK, at, day
from tests.wakeups.working import watch_and_plan
from wakeups.booking import calls
from wakeups.booking.requests import WakeUpRequest
from wakeups.escalation import sweep
from wakeups.models import Occurrence, WakeUpCall, WakeUpSettings
from wakeups.occurrences import outbox_subject
from wakeups.recurrence import next_due

pytestmark = pytest.mark.django_db

# 18:00 in Shanghai.
EVENING = at("2026-05-04 10:00:00")


@pytest.fixture
def evening() -> Any:
    with time_machine.travel(EVENING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def alice(evening: Any, hotel: Property) -> Stay:
    return house.check_in(hotel, "Smith")


def request(date: str = "2026-05-05", wall: str = "07:00", **more: Any) -> WakeUpRequest:
    return WakeUpRequest(date=day(date), time=time.fromisoformat(wall), **more)


def placed(call: WakeUpCall, alarm_id: str = "1") -> Occurrence:
    """Mark the alarm of the call as set by the PBX."""
    occurrence = call.occurrences.get(state="placing")
    command = Command.objects.get(subject=outbox_subject(occurrence), kind="place_alarm")
    command.result = {"wakeupid": alarm_id}
    outbox.finish(command, Command.State.DONE)
    occurrence.refresh_from_db()
    return occurrence


def phone_says(hotel: Property, status: str, instant: datetime) -> None:
    phone = Phone.objects.get(property=hotel, extension="2201")
    phone_status_changed.send(sender=Phone, phone=phone, status=status, at=instant)


def look(clock: Any, instant: datetime) -> None:
    """Move to that time and run the sweep."""
    clock.move_to(instant)
    sweep.sweep()


def test_a_call_for_tomorrow_morning_is_placed_at_once(alice: Stay) -> None:
    call = calls.create(alice, request(), actor=CLERK)
    assert call.due_at == at("2026-05-04 23:00:00")
    command = Command.objects.get(kind="place_alarm")
    assert (command.extension, command.payload["time"]) == ("2201", "07:00")
    assert placed(call).alarm_id == "1"


def test_a_call_for_a_later_day_waits_for_its_day(alice: Stay, evening: Any) -> None:
    call = calls.create(alice, request("2026-05-06"), actor=CLERK)
    assert not Command.objects.filter(kind="place_alarm").exists()
    evening.move_to(at("2026-05-04 23:44:00"))  # 07:44 in Shanghai: today's 07:00 has passed
    watch_and_plan()
    assert not call.occurrences.exists()
    evening.move_to(at("2026-05-04 23:46:00"))
    watch_and_plan()
    assert Command.objects.get(kind="place_alarm").payload["time"] == "07:00"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"date": "2026-05-04", "wall": "17:59"}, "wake_up_in_past"),
        ({"date": "2026-05-04", "wall": "18:00"}, "wake_up_in_past"),
        (
            {"date": "2026-05-01", "recurrence": "daily", "until": day("2026-05-03")},
            "wake_up_in_past",
        ),
        ({"recurrence": "weekly"}, "validation_error"),
        ({"recurrence": "weekdays"}, "validation_error"),
        ({"recurrence": "weekdays", "weekdays": ("noday",)}, "validation_error"),
        ({"until": day("2026-05-09")}, "validation_error"),
        ({"repeats": 4}, "validation_error"),
        ({"repeat_interval": 0}, "validation_error"),
    ],
)
def test_a_request_that_cannot_be_is_refused(
    alice: Stay, change: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        calls.create(alice, request(**change), actor=CLERK)
    assert refusal.value.code == code
    assert not WakeUpCall.objects.exists()


def test_two_equal_calls_are_refused_also_when_one_recurs(alice: Stay) -> None:
    calls.create(alice, request("2026-05-06"), actor=CLERK)
    for equal in (request("2026-05-06"), request("2026-05-05", recurrence="daily")):
        with pytest.raises(Refusal) as refusal:
            calls.create(alice, equal, actor=CLERK)
        assert refusal.value.code == "wake_up_exists"
    calls.create(alice, request("2026-05-06", "07:10"), actor=CLERK)


def test_only_guests_in_house_are_woken(hotel: Property, evening: Any) -> None:
    stay = house.reserve(hotel, "Jones")
    with pytest.raises(Refusal) as refusal:
        calls.create(stay, request(), actor=CLERK)
    assert refusal.value.code == "stay_not_in_house"


def test_the_phone_rings_and_is_lifted(hotel: Property, alice: Stay, evening: Any) -> None:
    call = calls.create(alice, request(), actor=CLERK)
    placed(call)
    phone_says(hotel, "ringing", at("2026-05-04 23:00:02"))
    look(evening, at("2026-05-04 23:00:03"))
    call.refresh_from_db()
    assert call.status == "ringing"
    phone_says(hotel, "busy", at("2026-05-04 23:00:20"))
    look(evening, at("2026-05-04 23:00:21"))
    call.refresh_from_db()
    assert call.status == "ringing", "another call may yet be told of"
    look(evening, at("2026-05-04 23:00:26"))
    call.refresh_from_db()
    assert (call.status, call.due_at) == ("completed", None)
    assert Event.objects.filter(type="wake_up_call.completed").count() == 1
    assert not items(hotel)


@pytest.mark.parametrize(
    ("rings", "status"),
    [(True, "no_answer"), (False, "unknown")],
)
def test_what_was_not_answered_or_not_observed_needs_a_person(
    hotel: Property, alice: Stay, evening: Any, rings: bool, status: str
) -> None:
    WakeUpSettings.objects.update(fallback_prompt="")
    call = calls.create(alice, request(), actor=CLERK)
    occurrence = placed(call)
    if rings:
        phone_says(hotel, "ringing", at("2026-05-04 23:00:02"))
        phone_says(hotel, "idle", at("2026-05-04 23:00:32"))
    evening.move_to(occurrence.ends_at)
    watch_and_plan()
    call.refresh_from_db()
    assert call.status == status
    assert [item.kind for item in items(hotel)] == ["wake_up_alarm"]
    # An alarm about which nothing is known may still be there, and would ring tomorrow.
    assert Command.objects.filter(kind="remove_alarm").exists() is not rings


def test_an_alarm_that_reached_nobody_in_time_fails_and_is_taken_back(
    hotel: Property, alice: Stay, evening: Any
) -> None:
    WakeUpSettings.objects.update(fallback_prompt="")
    call = calls.create(alice, request(), actor=CLERK)
    Command.objects.filter(kind="place_alarm").update(attempts=3, outcome_unknown=True)
    evening.move_to(at("2026-05-04 23:00:01"))
    watch_and_plan()
    call.refresh_from_db()
    assert call.status == "failed"
    assert Command.objects.filter(kind="remove_alarm").count() == 1
    assert len(items(hotel)) == 1


def test_check_out_cancels_and_the_wiped_phone_needs_no_more(alice: Stay) -> None:
    call = calls.create(alice, request(), actor=CLERK)
    placed(call)
    lifecycle.check_out(alice, actor=CLERK)
    call.refresh_from_db()
    assert call.status == "cancelled"
    assert not Command.objects.filter(kind="remove_alarm").exists()
    assert Command.objects.filter(kind="check_out").count() == 1


def test_one_of_two_who_share_leaves_and_only_his_alarm_goes(
    hotel: Property, alice: Stay, evening: Any
) -> None:
    bob = house.check_in(hotel, "Jones", sharing=True)
    kept = calls.create(alice, request(wall="07:00"), actor=CLERK)
    gone = calls.create(bob, request(wall="08:00"), actor=CLERK)
    placed(kept, "1")
    placed(gone, "2")
    lifecycle.check_out(bob, actor=CLERK)
    removal = Command.objects.get(kind="remove_alarm")
    assert removal.payload == {"time": "08:00", "wakeupid": "2"}
    kept.refresh_from_db()
    assert kept.status == "pending"


def test_who_is_up_and_leaves_is_not_rung_once_more_for_who_stays(
    hotel: Property, alice: Stay, evening: Any
) -> None:
    bob = house.check_in(hotel, "Jones", sharing=True)
    call = calls.create(bob, request(), actor=CLERK)
    placed(call, "2")
    due = at("2026-05-04 23:00:00")
    evening.move_to(due)
    phone_says(hotel, "ringing", due)
    phone_says(hotel, "busy", due + timedelta(seconds=5))
    look(evening, due + timedelta(seconds=15))
    call.refresh_from_db()
    assert call.status == "completed"
    lifecycle.check_out(bob, actor=CLERK)
    removal = Command.objects.get(kind="remove_alarm")
    assert removal.payload == {"time": "07:00", "wakeupid": "2"}


def test_two_who_share_and_rise_together_have_one_alarm(
    hotel: Property, alice: Stay, evening: Any
) -> None:
    bob = house.check_in(hotel, "Jones", sharing=True)
    hers = calls.create(alice, request(), actor=CLERK)
    his = calls.create(bob, request(), actor=CLERK)
    assert Command.objects.filter(kind="place_alarm").count() == 1
    placed(hers)
    assert his.occurrences.get().state == "placed"
    calls.cancel(hers, actor=CLERK)
    assert not Command.objects.filter(kind="remove_alarm").exists(), "he still wants to rise"
    calls.cancel(his, actor=CLERK)
    assert Command.objects.filter(kind="remove_alarm").count() == 1


def test_a_move_takes_the_alarm_along(hotel: Property, alice: Stay, evening: Any) -> None:
    call = calls.create(alice, request(), actor=CLERK)
    placed(call)
    lifecycle.move(alice, house.room(hotel, "202"), actor=CLERK)
    last = Command.objects.filter(kind="place_alarm").order_by("pk").last()
    assert last is not None
    assert last.extension == "2202"
    states = list(call.occurrences.order_by("pk").values_list("extension", "state"))
    assert states == [("2201", "withdrawn"), ("2202", "placing")]


def test_a_changed_time_is_placed_anew(alice: Stay) -> None:
    call = calls.create(alice, request(), actor=CLERK)
    placed(call, "7")
    calls.change(call, request(wall="06:30"), actor=CLERK)
    assert Command.objects.get(kind="remove_alarm").payload == {"time": "07:00", "wakeupid": "7"}
    last = Command.objects.filter(kind="place_alarm").order_by("pk").last()
    assert last is not None
    assert last.payload["time"] == "06:30"


def test_an_unchanged_request_leaves_the_pbx_alone(alice: Stay) -> None:
    call = calls.create(alice, request(), actor=CLERK)
    placed(call)
    calls.change(call, calls.request_of(call), actor=CLERK)
    assert not Command.objects.filter(kind="remove_alarm").exists()
    assert not Event.objects.filter(type="wake_up_call.updated").exists()


def test_a_daily_call_goes_on_to_the_departure(hotel: Property, alice: Stay, evening: Any) -> None:
    call = calls.create(alice, request(recurrence="daily"), actor=CLERK)
    placed(call)
    phone_says(hotel, "ringing", at("2026-05-04 23:00:02"))
    phone_says(hotel, "busy", at("2026-05-04 23:00:20"))
    look(evening, at("2026-05-04 23:00:30"))
    call.refresh_from_db()
    assert (call.status, call.due_at) == ("pending", at("2026-05-05 23:00:00"))
    evening.move_to(at("2026-05-05 00:00:00"))
    watch_and_plan()
    assert call.occurrences.filter(state="placing", due_at=at("2026-05-05 23:00:00")).count() == 1


def test_an_extended_stay_is_woken_on_the_new_days_too(
    hotel: Property, alice: Stay, evening: Any
) -> None:
    call = calls.create(alice, request(recurrence="daily"), actor=CLERK)
    details = StayDetails(departure=alice.departure + timedelta(days=1))
    reservations.save_stay(hotel, alice.reference, details, actor=CLERK)
    call.refresh_from_db()
    assert next_due(call, at("2026-05-06 00:00:00")) == at("2026-05-06 23:00:00")


def test_a_refused_alarm_fails_the_call_at_once(hotel: Property, alice: Stay) -> None:
    call = calls.create(alice, request(), actor=CLERK)
    command = Command.objects.get(kind="place_alarm")
    command.last_error = "The voice prompt does not exist."
    outbox.finish(command, Command.State.FAILED)
    call.refresh_from_db()
    assert call.status == "failed"
    assert "voice prompt" in items(hotel)[-1].detail


def test_cancelling_twice_changes_nothing(alice: Stay) -> None:
    call = calls.create(alice, request("2026-05-06"), actor=CLERK)
    calls.cancel(call, actor=CLERK)
    calls.cancel(call, actor=CLERK)
    assert Event.objects.filter(type="wake_up_call.cancelled").count() == 1
    assert not Command.objects.filter(kind__contains="alarm").exists()
