"""``wake-up-calls/``"""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from pbx import outbox
from pbx.models import Command
from rooms.models import AuditEntry, Phone, Property, Stay
from rooms.signals import phone_status_changed
from tests import house
from tests.api.rest import Rest
from tests.house import at
from tests.wakeups.working import watch_and_plan
from wakeups.escalation import sweep
from wakeups.models import WakeUpCall

pytestmark = pytest.mark.django_db

EVENING = at("2026-05-04 12:00:00")  # 20:00 in Shanghai
TOMORROW: dict[str, Any] = {"stay": "R-Smith", "date": "2026-05-05", "time": "07:00"}


@pytest.fixture
def guest(hotel: Property) -> Any:
    """Alice Smith is in house for two nights, and it is eight in the evening."""
    with time_machine.travel(EVENING, tick=False) as clock:
        house.check_in(hotel, "Smith")
        yield clock


@pytest.fixture
def promised(pms: Rest, guest: Any) -> dict[str, Any]:
    """Her call at seven."""
    body: dict[str, Any] = pms.post("wake-up-calls/", TOMORROW).body
    return body


def test_a_call_is_promised_and_shown(pms: Rest, guest: Any) -> None:
    answer = pms.post("wake-up-calls/", TOMORROW)
    assert answer.status == 201
    id_ = answer.body.pop("id")
    (attempt,) = answer.body.pop("attempts")
    assert answer.body == {
        "stay": "R-Smith",
        "room": "201",
        "date": "2026-05-05",
        "time": "07:00",
        "recurrence": "once",
        "weekdays": [],
        "until": None,
        "repeats": 2,
        "repeat_interval": 5,
        "confirm": False,
        "status": "pending",
        "due_at": "2026-05-04T23:00:00Z",
        "outside_stay": False,
        "phone": {"state": "pending", "error": None},
        "outcome": None,
    }
    seen = (attempt["kind"], attempt["status"], attempt["extension"], attempt["evidence"])
    assert seen == ("pbx", "pending", "2201", [])
    assert pms.get(f"wake-up-calls/{id_}/").body["due_at"] == "2026-05-04T23:00:00Z"
    assert AuditEntry.objects.get(action="wake-up call").actor == "PMS"


def test_a_recurring_call(pms: Rest, guest: Any) -> None:
    answer = pms.post(
        "wake-up-calls/",
        {
            **TOMORROW,
            "recurrence": "weekdays",
            "weekdays": ["wed", "mon"],
            "until": "2026-05-20",
            "repeats": 3,
            "repeat_interval": 10,
            "confirm": True,
        },
    )
    assert answer.status == 201
    assert answer.body["weekdays"] == ["mon", "wed"]
    assert answer.body["due_at"] == "2026-05-05T23:00:00Z"
    assert (answer.body["repeats"], answer.body["confirm"]) == (3, True)


def test_a_change_leaves_the_rest_as_it_is(pms: Rest, promised: dict[str, Any]) -> None:
    answer = pms.patch(f"wake-up-calls/{promised['id']}/", {"time": "07:30"})
    assert answer.status == 200
    kept = ("id", "stay", "date", "recurrence", "repeats", "repeat_interval", "confirm")
    assert {name: answer.body[name] for name in kept} == {name: promised[name] for name in kept}
    assert (answer.body["time"], answer.body["due_at"]) == ("07:30", "2026-05-04T23:30:00Z")


def test_a_cancelled_call_stays_on_record(pms: Rest, promised: dict[str, Any]) -> None:
    address = f"wake-up-calls/{promised['id']}/"
    assert pms.delete(address).status == 204
    shown = pms.get(address).body
    assert (shown["status"], shown["due_at"], shown["attempts"]) == ("cancelled", None, [])
    assert pms.delete(address).status == 204, "repeated, it changes nothing"
    answer = pms.patch(address, {"time": "08:00"})
    assert (answer.status, answer.code) == (409, "invalid_transition")


def test_the_phone_work_of_a_call_is_shown(pms: Rest, promised: dict[str, Any]) -> None:
    address = f"wake-up-calls/{promised['id']}/"
    placing = Command.objects.get(kind="place_alarm")
    placing.result = {"wakeupid": "7"}
    outbox.finish(placing, Command.State.DONE)
    assert pms.get(address).body["phone"] == {"state": "applied", "error": None}
    placing.last_error = "No such extension."
    outbox.finish(placing, Command.State.FAILED)
    assert pms.get(address).body["phone"] == {"state": "failed", "error": "No such extension."}


def rings(hotel: Property, status: Phone.Status, seconds: int) -> None:
    """The phone of room 201 says something, ``seconds`` after seven."""
    instant = at("2026-05-04 23:00:00") + timedelta(seconds=seconds)
    phone = Phone.objects.get(property=hotel, extension="2201")
    phone_status_changed.send(sender=Phone, phone=phone, status=status, at=instant)


def look(clock: Any, seconds: int) -> None:
    """It is so many seconds after seven, and the sweep looks at what is known."""
    clock.move_to(at("2026-05-04 23:00:00") + timedelta(seconds=seconds))
    sweep.sweep()


def test_how_a_call_ended_is_told_in_the_words_of_its_status(
    pms: Rest, hotel: Property, promised: dict[str, Any], guest: Any
) -> None:
    outbox.finish(Command.objects.get(kind="place_alarm"), Command.State.DONE)
    rings(hotel, Phone.Status.RINGING, 1)
    rings(hotel, Phone.Status.BUSY, 9)
    look(guest, 20)
    shown = pms.get(f"wake-up-calls/{promised['id']}/").body
    assert (shown["status"], shown["outcome"]) == ("completed", "completed")
    (attempt,) = shown["attempts"]
    assert (attempt["kind"], attempt["status"]) == ("pbx", "completed")
    assert attempt["started_at"] == "2026-05-04T23:00:01Z"
    assert attempt["answered_at"] == "2026-05-04T23:00:09Z"
    assert [sign["report"] for sign in attempt["evidence"]] == ["ringing", "busy"]
    answer = pms.delete(f"wake-up-calls/{promised['id']}/")
    assert (answer.status, answer.code) == (409, "invalid_transition")


def test_a_call_nobody_answered_is_told_as_such(
    pms: Rest, hotel: Property, promised: dict[str, Any], guest: Any
) -> None:
    outbox.finish(Command.objects.get(kind="place_alarm"), Command.State.DONE)
    rings(hotel, Phone.Status.RINGING, 1)
    guest.move_to(at("2026-05-05 01:00:00"))
    watch_and_plan()
    shown = pms.get(f"wake-up-calls/{promised['id']}/").body
    assert (shown["status"], shown["outcome"]) == ("no_answer", "no_answer")


def test_the_list_can_be_narrowed(pms: Rest, hotel: Property, promised: dict[str, Any]) -> None:
    house.check_in(hotel, "Jones", number="202")
    pms.post("wake-up-calls/", {**TOMORROW, "stay": "R-Jones"})
    pms.delete(f"wake-up-calls/{promised['id']}/")
    stays = [call["stay"] for call in pms.pages("wake-up-calls/")]
    assert stays == ["R-Jones", "R-Smith"]
    assert len(pms.pages("wake-up-calls/", stay="R-Smith")) == 1
    assert [call["stay"] for call in pms.pages("wake-up-calls/", status="pending")] == ["R-Jones"]


# --- outside the stay -------------------------------------------------------------------------

OUTSIDE = [
    {"date": "2026-05-07"},
    {"date": "2026-05-07", "recurrence": "daily"},
    {"recurrence": "weekdays", "weekdays": ["thu"]},
]


@pytest.mark.parametrize("change", OUTSIDE)
def test_a_call_after_the_departure_needs_its_flag(
    pms: Rest, guest: Any, change: dict[str, Any]
) -> None:
    answer = pms.post("wake-up-calls/", {**TOMORROW, **change})
    assert (answer.status, answer.code, answer.pointers) == (422, "validation_error", ["/date"])
    assert "Thu 7 May, 07:00 is after the departure on Wed 6 May" in answer.body["detail"]
    assert "outside_stay" in answer.body["errors"][0]["detail"]
    assert not WakeUpCall.objects.exists()
    answer = pms.post("wake-up-calls/", {**TOMORROW, **change, "outside_stay": True})
    assert (answer.status, answer.body["outside_stay"]) == (201, True)
    assert answer.body["due_at"] == "2026-05-06T23:00:00Z"


def test_a_change_to_a_day_after_the_departure_needs_its_flag(
    pms: Rest, promised: dict[str, Any]
) -> None:
    address = f"wake-up-calls/{promised['id']}/"
    assert pms.patch(address, {"date": "2026-05-07"}).pointers == ["/date"]
    assert pms.get(address).body == promised
    answer = pms.patch(address, {"date": "2026-05-07", "outside_stay": True})
    assert (answer.status, answer.body["outside_stay"]) == (200, True)


def test_a_departure_that_is_put_earlier_shows_on_the_call(
    pms: Rest, promised: dict[str, Any]
) -> None:
    Stay.objects.update(departure="2026-05-04")
    assert pms.get(f"wake-up-calls/{promised['id']}/").body["outside_stay"] is True


def test_weekdays_that_do_not_come_are_named(pms: Rest, guest: Any) -> None:
    wanted = {"recurrence": "weekdays", "weekdays": ["sun"], "until": "2026-05-06"}
    answer = pms.post("wake-up-calls/", {**TOMORROW, **wanted})
    assert (answer.status, answer.pointers) == (422, ["/weekdays"])


# --- refused ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "status", "code", "pointers"),
    [
        ({"date": "2026-05-04", "time": "19:59"}, 409, "wake_up_in_past", []),
        ({"stay": "R-Nobody"}, 422, "stay_not_found", ["/stay"]),
        ({"stay": 7}, 422, "validation_error", ["/stay"]),
        ({"date": "2026-02-30"}, 422, "validation_error", ["/date"]),
        ({"date": "2026-W19-2"}, 422, "validation_error", ["/date"]),
        ({"date": "9999-12-31"}, 422, "validation_error", ["/date"]),
        ({"date": None}, 422, "validation_error", ["/date"]),
        ({"time": "24:00"}, 422, "validation_error", ["/time"]),
        ({"time": "7:00"}, 422, "validation_error", ["/time"]),
        ({"time": "07:00:00"}, 422, "validation_error", ["/time"]),
        ({"time": 700}, 422, "validation_error", ["/time"]),
        ({"recurrence": "hourly"}, 422, "validation_error", ["/recurrence"]),
        ({"recurrence": "weekdays"}, 422, "validation_error", ["/weekdays"]),
        ({"weekdays": ["mon"]}, 422, "validation_error", ["/weekdays"]),
        (
            {"recurrence": "weekdays", "weekdays": ["mon", "xyz"]},
            422,
            "validation_error",
            ["/weekdays/1"],
        ),
        ({"until": "2026-05-06"}, 422, "validation_error", ["/until"]),
        ({"recurrence": "daily", "until": "2026-05-01"}, 422, "validation_error", ["/until"]),
        ({"recurrence": "daily", "until": "2099-05-01"}, 422, "validation_error", ["/until"]),
        ({"repeats": 4}, 422, "validation_error", ["/repeats"]),
        ({"repeats": True}, 422, "validation_error", ["/repeats"]),
        ({"repeats": 2.0}, 422, "validation_error", ["/repeats"]),
        ({"repeats": 10**400}, 422, "validation_error", ["/repeats"]),
        ({"repeat_interval": 0}, 422, "validation_error", ["/repeat_interval"]),
        ({"confirm": "true"}, 422, "validation_error", ["/confirm"]),
        ({"room": "201"}, 422, "validation_error", ["/room"]),
    ],
)
def test_what_cannot_be_promised_is_refused(
    pms: Rest, guest: Any, change: dict[str, Any], status: int, code: str, pointers: list[str]
) -> None:
    answer = pms.post("wake-up-calls/", {**TOMORROW, **change})
    assert (answer.status, answer.code, answer.pointers) == (status, code, pointers)
    assert not WakeUpCall.objects.exists()


def test_two_equal_calls_are_one_too_many(pms: Rest, promised: dict[str, Any]) -> None:
    answer = pms.post("wake-up-calls/", TOMORROW)
    assert (answer.status, answer.code) == (409, "wake_up_exists")
    other = pms.post("wake-up-calls/", {**TOMORROW, "time": "08:00"}).body
    answer = pms.patch(f"wake-up-calls/{other['id']}/", {"time": "07:00"})
    assert (answer.status, answer.code) == (409, "wake_up_exists")
    assert pms.get(f"wake-up-calls/{other['id']}/").body == other


def test_a_change_into_the_past_is_refused(pms: Rest, promised: dict[str, Any]) -> None:
    answer = pms.patch(f"wake-up-calls/{promised['id']}/", {"date": "2026-05-01"})
    assert (answer.status, answer.code) == (409, "wake_up_in_past")


def test_only_who_is_in_house_is_woken(pms: Rest, hotel: Property, guest: Any) -> None:
    Stay.objects.update(status=Stay.Status.CHECKED_OUT)
    answer = pms.post("wake-up-calls/", TOMORROW)
    assert (answer.status, answer.code) == (409, "stay_not_in_house")


@pytest.mark.parametrize("number", ["0", "999999", "9" * 30])
def test_a_call_that_is_not_there(pms: Rest, number: str) -> None:
    address = f"wake-up-calls/{number}/"
    for answer in (pms.get(address), pms.patch(address, {}), pms.delete(address)):
        assert (answer.status, answer.code) == (404, "wake_up_call_not_found")
