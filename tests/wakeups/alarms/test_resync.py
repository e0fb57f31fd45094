"""Comparing alarms with the PBX: what is repaired, what is shown, what is left alone."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import requests
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from frontdesk.models import StaffMember
from hotelpbx.clock import now
from hotelpbx.refusals import Refusal
from pbx import link, outbox
from pbx.delivery import deliver_due
from pbx.models import Command, Pbx, PbxLink
from pbx.signals import phone_in_doubt
from pbx.simulator import Simulator
from pbx.simulator.faults import Fault
from pbx.simulator.server import Settings
from pbx.simulator.state import Extension
from rooms.models import AuditEntry, Property, Resync, Stay
from rooms.resync.running import (
    compare_and_repair,
    repair_selected,
    request_nightly,
    request_resync,
    run_due,
)
from rooms.stays import lifecycle
from tests import house
from tests.frontdesk.people import Browser
from tests.house import CLERK
from wakeups.booking import calls
from wakeups.booking.requests import WakeUpRequest
from wakeups.escalation import sweep
from wakeups.models import Attempt, Occurrence, WakeUpCall, WakeUpSettings

pytestmark = pytest.mark.django_db

Reason = Resync.Reason


@pytest.fixture
def exchange() -> Iterator[Simulator]:
    settings = Settings(
        extensions=["2201", "2202", "2203"], routes={"local": "9", "national": "90"}
    )
    with Simulator(settings) as simulator:
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
    """In room 201, with a call in three hours that has been placed on the PBX."""
    stay = house.check_in(hotel, "Smith")
    due = hotel.local_now() + timedelta(hours=3)
    request = WakeUpRequest(date=due.date(), time=due.time().replace(second=0, microsecond=0))
    calls.create(stay, request, actor=CLERK)
    deliver_due(pbx)
    return stay


def phone(exchange: Simulator, number: str = "2201") -> Extension:
    return exchange.state.extensions[number]


def run(hotel: Property, **how: Any) -> Resync:
    row = request_resync(hotel, Reason.ON_DEMAND, **how)
    run_due()
    row.refresh_from_db()
    return row


def seen(row: Resync) -> list[tuple[str, str, bool]]:
    return [(each["extension"], each["what"], each["ours"]) for each in row.differences]


def test_a_hotel_that_is_as_it_should_be(hotel: Property, alice: Stay) -> None:
    row = run(hotel)
    assert (row.state, row.differences, row.compared) == ("completed", [], 3)
    assert row.detail == "Nothing differs."


def test_a_reboot_that_lost_alarms_and_names_is_repaired(
    hotel: Property, pbx: Pbx, exchange: Simulator, alice: Stay
) -> None:
    (before,) = phone(exchange).alarms
    phone(exchange).alarms.clear()
    phone(exchange).settings["username"] = "2201"
    row = run(hotel)
    assert seen(row) == [("2201", "name", True), ("2201", "wake-up alarm", True)]
    deliver_due(pbx)
    assert phone(exchange).settings["username"] == "Smith Alice"
    assert [alarm.time for alarm in phone(exchange).alarms] == [before.time]
    occurrence = Occurrence.objects.get()
    assert occurrence.state == Occurrence.State.PLACED
    assert occurrence.alarm_id == phone(exchange).alarms[0].id
    assert AuditEntry.objects.filter(action="repair phones").count() == 1
    assert run(hotel).differences == []


def test_a_preview_repairs_nothing(
    hotel: Property, pbx: Pbx, exchange: Simulator, alice: Stay
) -> None:
    phone(exchange).settings["username"] = "2201"
    row = run(hotel, repairs=False)
    assert seen(row) == [("2201", "name", True)]
    assert deliver_due(pbx) == 0


def tamper(settings: dict[str, str]) -> Callable[[Extension], None]:
    return lambda found: found.settings.update(settings)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (tamper({"hasvoicemail": "off"}), "voicemail"),
        (tamper({"callrestriction": "on"}), "restriction"),
        (lambda found: found.routes.remove("national"), "outbound routes"),
        (lambda found: found.routes.append("moon"), "outbound routes"),
    ],
    ids=["voicemail", "restriction", "a route less", "a route more"],
)
def test_the_class_of_a_guest_is_given_back(
    hotel: Property,
    pbx: Pbx,
    exchange: Simulator,
    alice: Stay,
    change: Callable[[Extension], None],
    what: str,
) -> None:
    change(phone(exchange))
    assert seen(run(hotel)) == [("2201", what, True)]
    deliver_due(pbx)
    assert run(hotel).differences == []
    assert phone(exchange).settings["username"] == "Smith Alice"


def test_do_not_disturb_of_a_guest_is_his_own_affair(
    hotel: Property, exchange: Simulator, alice: Stay
) -> None:
    phone(exchange).settings["dnd"] = "on"
    assert run(hotel).differences == []


def test_a_backup_that_brings_last_week_s_guest_back_is_wiped(
    hotel: Property, pbx: Pbx, exchange: Simulator, alice: Stay
) -> None:
    lifecycle.check_out(alice, actor=CLERK)
    deliver_due(pbx)
    phone(exchange).settings.update(username="Smith Alice", dnd="on")
    phone(exchange).routes.append("national")
    row = run(hotel)
    assert ("2201", "name", True) in seen(row)
    deliver_due(pbx)
    assert phone(exchange).settings["username"] == "2201"
    assert (phone(exchange).routes, phone(exchange).settings["dnd"]) == ([], "off")


def test_what_the_hotel_did_not_put_there_is_kept_until_a_person_decides(
    hotel: Property, pbx: Pbx, exchange: Simulator
) -> None:
    phone(exchange, "2202").settings["username"] = "Meeting room"
    phone(exchange, "2203").settings["busyforward"] = "on"
    row = run(hotel)
    assert seen(row) == [("2202", "name", False), ("2203", "forwarding, busy", False)]
    assert deliver_due(pbx) == 0
    ids = {"phones/2203/busyforward"}
    assert repair_selected(row, ids, CLERK) == 1
    deliver_due(pbx)
    assert phone(exchange, "2203").settings["busyforward"] == "off"
    assert phone(exchange, "2202").settings["username"] == "Meeting room"
    assert AuditEntry.objects.get(action="repair phones").actor == "clara"


def test_an_alarm_that_the_guest_set_himself_is_kept(
    hotel: Property, pbx: Pbx, exchange: Simulator, alice: Stay
) -> None:
    """By phone, or at the PBX's own page (T35)."""
    request = {"extension": "2201", "time": "06:06"}
    assert requests.post(f"{exchange.url}/_sim/guest-alarm", json=request, timeout=10).ok
    own = next(alarm for alarm in phone(exchange).alarms if alarm.time == "06:06")
    row = run(hotel)
    assert seen(row) == [("2201", "wake-up alarm", False)]
    deliver_due(pbx)
    assert own in phone(exchange).alarms
    assert repair_selected(row, {f"alarms/2201/extra:{own.id}"}, CLERK) == 1
    deliver_due(pbx)
    assert own not in phone(exchange).alarms


def test_an_alarm_of_ours_that_should_be_gone_is_removed(
    hotel: Property, pbx: Pbx, exchange: Simulator, alice: Stay
) -> None:
    """Cancelled while the PBX was down, which was then restored from a backup."""
    (placed,) = phone(exchange).alarms
    calls.cancel(WakeUpCall.objects.get(), actor=CLERK)
    deliver_due(pbx)
    assert phone(exchange).alarms == []
    phone(exchange).alarms.append(placed)
    assert seen(run(hotel)) == [("2201", "wake-up alarm", True)]
    deliver_due(pbx)
    assert phone(exchange).alarms == []


@pytest.mark.parametrize("prompt", ["wakeup", ""])
def test_for_an_alarm_that_is_lost_too_late_the_guest_or_the_desk_is_called(
    hotel: Property, exchange: Simulator, alice: Stay, prompt: str
) -> None:
    WakeUpSettings.objects.update(fallback_prompt=prompt)
    phone(exchange).alarms.clear()
    row = run(hotel, repairs=False)
    _is_due(seconds_ago=1)
    repair_selected(row, {each["part"] + "/2201/" + each["key"] for each in row.differences}, CLERK)
    sweep.sweep()
    occurrence = Occurrence.objects.get()
    if prompt:
        assert occurrence.attempts.filter(kind="own_call").exists()
    else:
        assert occurrence.state == Occurrence.State.FAILED
        assert "The PBX has lost the alarm." in occurrence.detail


def test_an_alarm_that_is_lost_in_its_minute_is_not_waited_for(
    hotel: Property, exchange: Simulator, alice: Stay
) -> None:
    phone(exchange).alarms.clear()
    _is_due(seconds_ago=5)
    assert seen(run(hotel)) == [("2201", "wake-up alarm", True)]
    sweep.sweep()
    assert Occurrence.objects.get().attempts.filter(kind="own_call").exists()


@pytest.mark.parametrize("state", ["ringing", "answered"])
def test_an_alarm_that_has_rung_may_be_gone(
    hotel: Property, exchange: Simulator, alice: Stay, state: str
) -> None:
    phone(exchange).alarms.clear()
    _is_due(seconds_ago=5)
    Occurrence.objects.update(state=state)
    assert run(hotel).differences == []


def test_an_alarm_without_a_ring_to_come_may_be_gone(
    hotel: Property, exchange: Simulator, alice: Stay
) -> None:
    phone(exchange).alarms.clear()
    _is_due(seconds_ago=5)
    WakeUpCall.objects.update(repeats=1)
    assert run(hotel).differences == []


def test_the_alarm_that_stands_behind_a_person_is_set_again_too(
    hotel: Property, pbx: Pbx, exchange: Simulator, alice: Stay
) -> None:
    Occurrence.objects.update(state=Occurrence.State.PERSON)
    (before,) = phone(exchange).alarms
    phone(exchange).alarms.clear()
    assert seen(run(hotel)) == [("2201", "wake-up alarm", True)]
    deliver_due(pbx)
    assert [alarm.time for alarm in phone(exchange).alarms] == [before.time]
    occurrence = Occurrence.objects.get()
    assert occurrence.state == Occurrence.State.PERSON
    assert occurrence.placed_at is not None


def _is_due(*, seconds_ago: float) -> None:
    due = now() - timedelta(seconds=seconds_ago)
    Occurrence.objects.update(due_at=due, rings_at=due)
    Attempt.objects.update(due_at=due)


def test_a_guest_who_comes_in_meanwhile_is_not_wiped(
    hotel: Property, pbx: Pbx, exchange: Simulator, alice: Stay
) -> None:
    lifecycle.check_out(alice, actor=CLERK)
    deliver_due(pbx)
    phone(exchange).settings["username"] = "Smith Alice"
    row = run(hotel, repairs=False)
    house.check_in(hotel, "Jones")
    deliver_due(pbx)
    repair_selected(row, {"phones/2201/left-name"}, CLERK)
    deliver_due(pbx)
    row.refresh_from_db()
    assert "guest has checked in" in row.differences[0]["outcome"]
    assert phone(exchange).settings["username"] == "Jones Alice"


def test_a_phone_that_is_being_told_something_is_compared_a_minute_later(
    hotel: Property, pbx: Pbx, exchange: Simulator, alice: Stay
) -> None:
    phone(exchange).settings["username"] = "2201"
    outbox.provision(pbx, "2201", {"hasvoicemail": "on"}, subject="stay:1")
    row = run(hotel)
    assert (row.differences, row.compared) == ([], 2)
    assert "2201" in row.detail
    deliver_due(pbx)
    Resync.objects.update(not_before=now())
    run_due()
    assert seen(Resync.objects.get(extension="2201")) == [("2201", "name", True)]


def test_beside_a_failed_command_the_alarm_is_placed_again_and_nothing_else(
    hotel: Property, pbx: Pbx, exchange: Simulator, alice: Stay
) -> None:
    """The failure waits for a person; the guest must be woken nevertheless."""
    command = outbox.provision(pbx, "2201", {"hasvoicemail": "on"}, subject="stay:1")
    Command.objects.filter(pk=command.pk).update(state=Command.State.FAILED)
    phone(exchange).settings["username"] = "2201"
    phone(exchange).alarms.clear()
    assert seen(run(hotel)) == [("2201", "wake-up alarm", True)]
    deliver_due(pbx)
    assert len(phone(exchange).alarms) == 1


def test_a_vacant_phone_with_somebody_s_alarm_is_not_wiped_by_itself(
    hotel: Property, pbx: Pbx, exchange: Simulator, alice: Stay
) -> None:
    lifecycle.check_out(alice, actor=CLERK)
    deliver_due(pbx)
    phone(exchange).settings["username"] = "Smith Alice"
    request = {"extension": "2201", "time": "06:06"}
    assert requests.post(f"{exchange.url}/_sim/guest-alarm", json=request, timeout=10).ok
    assert seen(run(hotel)) == [("2201", "name", False), ("2201", "wake-up alarm", False)]
    deliver_due(pbx)
    assert len(phone(exchange).alarms) == 1


def test_what_was_seen_long_ago_is_not_repaired(
    hotel: Property, pbx: Pbx, exchange: Simulator, alice: Stay
) -> None:
    phone(exchange).settings["username"] = "2201"
    row = run(hotel, repairs=False)
    Resync.objects.update(finished_at=now() - timedelta(minutes=11))
    with pytest.raises(Refusal, match="compare again"):
        repair_selected(row, {"phones/2201/username"}, CLERK)


def test_a_phone_that_is_not_on_the_pbx(hotel: Property, exchange: Simulator) -> None:
    del exchange.state.extensions["2203"]
    row = run(hotel)
    assert seen(row) == [("2203", "extension", False)]
    assert not row.differences[0]["can_repair"]
    assert seen(run(hotel, extension="2203")) == [("2203", "extension", False)]


def test_one_phone_alone(hotel: Property, exchange: Simulator, alice: Stay) -> None:
    phone(exchange).settings["username"] = "2201"
    phone(exchange, "2202").settings["busyforward"] = "on"
    row = run(hotel, extension="2202")
    assert (seen(row), row.compared) == ([("2202", "forwarding, busy", False)], 1)


def test_a_pbx_that_is_away_is_compared_when_it_is_back(
    hotel: Property, exchange: Simulator, alice: Stay
) -> None:
    exchange.faults.add(Fault("errno", "extension/query", "30003"))
    row = run(hotel)
    assert row.state == Resync.State.QUEUED
    assert "not running" in row.detail
    Resync.objects.update(not_before=now())
    run_due()
    row.refresh_from_db()
    assert row.state == Resync.State.COMPLETED


def test_a_run_whose_worker_died_is_run_again(hotel: Property, alice: Stay) -> None:
    row = request_resync(hotel, Reason.ON_DEMAND)
    Resync.objects.update(state=Resync.State.RUNNING)
    assert run_due() == 1
    row.refresh_from_db()
    assert row.state == Resync.State.COMPLETED


# ---- when ----------------------------------------------------------------------------------


def asked() -> list[tuple[str, str]]:
    return list(Resync.objects.order_by("pk").values_list("reason", "extension"))


def test_a_boot_up_report_and_the_uptime_ask_once(
    hotel: Property, pbx: Pbx, exchange: Simulator
) -> None:
    exchange.state.started_at -= timedelta(hours=5)
    link.keep_alive(pbx)
    assert asked() == []
    exchange.state.started_at += timedelta(hours=5)
    link.note_restart(pbx)
    link.keep_alive(pbx)
    assert asked() == [("restart", "")]


def test_a_link_that_comes_back_asks(hotel: Property, pbx: Pbx, exchange: Simulator) -> None:
    link.keep_alive(pbx)
    PbxLink.objects.update(state=PbxLink.State.DOWN)
    link.note_success(pbx)
    assert asked() == [("outage", "")]


def test_a_phone_in_doubt_is_looked_at_a_minute_later(hotel: Property, pbx: Pbx) -> None:
    phone_in_doubt.send(sender=Command, pbx=pbx, extension="2201")
    assert asked() == [("doubt", "2201")]
    assert run_due() == 0


def test_a_check_out_that_a_person_gives_up_leaves_the_phone_in_doubt(
    hotel: Property, pbx: Pbx
) -> None:
    command = outbox.deprovision(pbx, "2201", subject="stay:1")
    Command.objects.filter(pk=command.pk).update(state=Command.State.FAILED)
    command.refresh_from_db()
    outbox.discard(command)
    assert asked() == [("doubt", "2201")]


def test_the_night_asks_once(hotel: Property, time_machine_at: Any) -> None:
    time_machine_at("2026-05-03 19:00:00")  # 03:00 in Shanghai
    request_nightly()
    assert asked() == []
    time_machine_at("2026-05-03 20:01:00")
    request_nightly()
    Resync.objects.update(state=Resync.State.COMPLETED, finished_at=now())
    request_nightly()
    assert asked() == [("nightly", "")]


@pytest.fixture
def time_machine_at() -> Iterator[Callable[[str], None]]:
    import time_machine

    travellers: list[Any] = []

    def go(text: str) -> None:
        for traveller in travellers:
            traveller.stop()
        travellers[:] = [time_machine.travel(house.at(text), tick=False)]
        travellers[0].start()

    yield go
    for traveller in travellers:
        traveller.stop()


# ---- faces ---------------------------------------------------------------------------------


def command(*options: str) -> tuple[str, int]:
    out = StringIO()
    try:
        call_command("resync", "GRAND", *options, stdout=out)
    except SystemExit as end:
        return out.getvalue(), int(end.code or 0)
    return out.getvalue(), 0


def test_the_command_shows_and_with_apply_repairs(
    hotel: Property, pbx: Pbx, exchange: Simulator, alice: Stay
) -> None:
    phone(exchange).settings["username"] = "2201"
    text, status = command()
    assert "Smith Alice" in text
    assert status == 1
    assert deliver_due(pbx) == 0
    text, status = command("--apply")
    assert "is being repaired" in text
    assert status == 0
    deliver_due(pbx)
    assert command() == ("Nothing differs.\n", 0)


def test_the_command_says_what_cannot_be(hotel: Property, exchange: Simulator) -> None:
    with pytest.raises(CommandError, match="no property NONE"):
        call_command("resync", "NONE")
    exchange.stop()
    with pytest.raises(CommandError, match="cannot be compared"):
        call_command("resync", "GRAND")
    Property.objects.update(pbx=None)
    with pytest.raises(CommandError, match="no PBX"):
        call_command("resync", "GRAND")


def test_at_the_desk_a_person_looks_first_and_then_repairs(
    hotel: Property, pbx: Pbx, exchange: Simulator, alice: Stay
) -> None:
    user = User.objects.create_user("clara", password="night-clerk-77")
    StaffMember.objects.create(user=user, property=hotel, role="clerk")
    clara = Browser()
    clara.force_login(user)
    phone(exchange).settings["username"] = "<Mallory>"
    page = "/GRAND/pbx/compare/"
    assert "not been compared yet" in clara.get(page).content.decode()
    clara.post(f"{page}now/")
    assert 'hx-trigger="every 2s' in clara.get(page).content.decode()
    run_due()
    text = clara.get(page).content.decode()
    assert "&lt;Mallory&gt;" in text
    assert 'value="phones/2201/username" checked' in text
    row = Resync.objects.get()
    answer = clara.post(f"{page}{row.pk}/repair/", follow=True).content.decode()
    assert "Nothing was selected" in answer
    clara.post(f"{page}{row.pk}/repair/", {"difference": ["phones/2201/username", "nonsense"]})
    deliver_due(pbx)
    assert phone(exchange).settings["username"] == "Smith Alice"
    assert compare_and_repair(hotel, repairs=False).differences == []
    again = clara.post(f"{page}{row.pk}/repair/", {"difference": "phones/2201/username"})
    assert again.status_code == 302
    assert clara.get(page, headers={"HX-Request": "true"}).status_code == 200
