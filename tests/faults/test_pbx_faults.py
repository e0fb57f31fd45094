"""Failures of the PBX or its link during a busy night, which ends correctly."""

from dataclasses import dataclass
from typing import Any

import pytest

from hotelpbx.processes.running import wait_until
from tests.faults.house import House
from tests.faults.night import AFTER_A_FAULT, Night, check, control, quietly
from tests.hotelpbx.servers import ask

pytestmark = pytest.mark.flow


@dataclass(frozen=True)
class Fault:
    """What fails, at which requests; ``told``: what staff read while it lasts.

    ``path``: those that change or ask something about a phone. ``alone``: it strikes so few
    that nobody else may ask just then, such as a comparison after an earlier night.
    """

    kind: str
    told: str
    value: str = ""
    path: str = "[ehw]*"
    times: int = 0
    alone: bool = False


FAULTS = {
    "connection dies before the act": Fault("drop_before", "was lost"),
    "connection dies after the act": Fault("drop_after", "was lost"),
    "HTTP 500": Fault("status", "500", "500"),
    "an answer that is no JSON": Fault("garbage", "cannot be read"),
    "apisrv away": Fault("errno", "API service is not running", "30003"),
    "apply too frequent, 20 times": Fault(
        "errno", "still applying", "10025", "extension/update", times=20
    ),
    "time-out, and the PBX acts late": Fault(
        "delay", "in time", "9", "[ehw][xoa][tk]*", times=2, alone=True
    ),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_night_with(house: House, night: Night, fault: Fault) -> None:
    night.book()
    if fault.alone:
        wait_until(lambda: nobody_asks(house), 2 * AFTER_A_FAULT, "earlier nights to be settled")
    switch_on(house, fault)
    night.arrive()
    night.drink_and_call()
    night.leave()
    wait_until(lambda: fault.told in night.told(), AFTER_A_FAULT, f"staff to read {fault.told!r}")
    if not fault.times:
        control(house, "clear-faults")
    wait_until(lambda: not house.phones.state()["faults"], 240, "the fault to be over")
    night.wait()
    night.must_be_right()


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_one_answer_of_each_act_is_lost(house: House, night: Night, kind: str) -> None:
    """The answers to settings, alarms and check-outs are lost, too."""
    night.book()
    for path in ("extension/update", "wakeupcall/create", "hotel/checkout"):
        control(house, "fault", kind=kind, path=path, times=1)
    night.arrive()
    night.drink_and_call()
    first, _ = night.phones_of
    wait_until(lambda: night.phone(night.alice) == "applied", AFTER_A_FAULT, "the phone")
    wait_until(
        lambda: len(house.phones.on_the_pbx(first)["alarms"]) == 1, AFTER_A_FAULT, "the alarm"
    )
    wait_until(lambda: not house.phones.state()["reports_waiting"], AFTER_A_FAULT, "the reports")
    night.leave()
    night.wait()
    assert house.phones.state()["faults"] == [], "each has struck"
    night.must_be_right()


def nobody_asks(house: House) -> bool:
    """No phone is to be told anything, and none is to be compared soon; after an outage that came
    soon after another the hotel is compared minutes later."""
    commands = "SELECT count(*) FROM pbx_command WHERE state IN ('waiting', 'in_flight')"
    comparisons = (
        "SELECT count(*) FROM rooms_resync WHERE state = 'running'"
        " OR state = 'queued' AND not_before < now() + interval '2 minutes'"
    )
    return ask(house.postgres, commands) == 0 and ask(house.postgres, comparisons) == 0


def switch_on(house: House, fault: Fault) -> None:
    control(house, "fault", kind=fault.kind, value=fault.value, times=fault.times, path=fault.path)


def test_tokens_are_lost_in_the_middle_of_it(house: House, night: Night) -> None:
    night.book()
    control(house, "forget-tokens")
    night.arrive()
    wait_until(lambda: house.phones.state()["sessions"], AFTER_A_FAULT, "a login")
    # Without a token the PBX reports nothing (L534), and keys that nobody heard are lost.
    night.drink_and_call()
    wait_until(lambda: not house.phones.state()["reports_waiting"], 30, "the reports")
    control(house, "forget-tokens")
    night.leave()
    control(house, "forget-tokens")
    night.wait()
    night.must_be_right()


def test_the_pbx_is_not_there_and_has_forgotten_everything(house: House, night: Night) -> None:
    """The PBX refuses connections, then restarts without tokens, names and alarms."""
    night.book()
    house.stack.processes.kill("pbx")
    night.arrive()
    wait_until(lambda: "refuses the connection" in night.told(), AFTER_A_FAULT, "staff to be told")
    wait_until(lambda: check(house, "pbx_link")["state"] == "down", 20, "the link to be down")
    house.stack.processes.start("pbx")
    wait_until(quietly(lambda: bool(house.phones.state())), 20, "the PBX to be back")
    night.since = 0
    wait_until(quietly(lambda: len(house.phones.state()["sessions"]) > 0), AFTER_A_FAULT, "a login")
    night.drink_and_call()
    night.leave()
    night.wait()
    night.must_be_right()
    wait_until(lambda: check(house, "pbx_link")["state"] == "ok", 20, "the link to be up")


def test_a_wrong_password_is_tried_once_until_it_is_corrected(house: House, night: Night) -> None:
    night.book()
    before = logins(house)
    control(house, "options", password="changed on the PBX")
    control(house, "forget-tokens")
    night.arrive()
    wait_until(lambda: "password" in night.told(), AFTER_A_FAULT, "staff to be told")
    assert check(house, "pbx_link")["state"] == "down"
    night.leave()
    correct_password(house, "changed on the PBX")
    wait_until(quietly(lambda: night.phone(night.bob) == "applied"), AFTER_A_FAULT, "the phone")
    assert logins(house) - before == 2, "one that was refused, one that was not"
    night.drink_and_call()
    control(house, "options", password=house.stack.env["PBX_PASSWORD"])
    correct_password(house, "env:PBX_PASSWORD")


def correct_password(house: House, password: str) -> None:
    house.stack.manage(
        "shell", "-c", f"from pbx.models import Pbx\nPbx.objects.update(password={password!r})"
    )


def logins(house: House) -> int:
    return sum(entry["path"] == "login" for entry in house.phones.state()["requests"])


def test_a_restart_without_a_word_is_made_up_for_within_a_minute(house: House) -> None:
    """Without a session the PBX reports neither its restart nor anything until the next login."""
    first, second = (room["extensions"][0]["number"] for room in rooms(house)[-2:])
    wait_until(lambda: status_of(house, first) == "idle", AFTER_A_FAULT, "the phones' statuses")
    control(house, "reboot", report=False)
    assert house.phones.state()["sessions"] == []
    control(house, "lift", extension=first)
    control(house, "call-in", extension=second, number="13912345678", talk=61)
    wait_until(lambda: house.phones.state()["sessions"], 60, "a login")
    wait_until(lambda: status_of(house, first) == "busy", 10, "the status that nobody reported")
    wait_until(
        lambda: "13912345678" in [each["from"] for each in house.rest.get("calls/")["results"]],
        AFTER_A_FAULT,
        "the call that nobody reported",
    )
    control(house, "hang-up", extension=first)


def rooms(house: House) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = house.rest.get("rooms/")["results"]
    return found


def status_of(house: House, extension: str) -> str:
    phones = [phone for room in rooms(house) for phone in room["extensions"]]
    return str(next(phone["status"] for phone in phones if phone["number"] == extension))
