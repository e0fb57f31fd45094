"""Faults and restarts of the simulated PBX."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
import requests

from hotelpbx.processes.running import wait_until
from pbx.simulator import Simulator
from pbx.simulator.server import Settings
from tests.pbx.client.scripted import example
from tests.pbx.simulator.simulated import SUCCESS, Caller, failed, reports_at, shape
from tests.pbx.wire_server import PATIENCE, serving, text

AMY = {"extid": "1002", "username": "Amy"}


@pytest.fixture
def house() -> Iterator[Caller]:
    """A client that is logged in."""
    with Simulator(Settings(port=0, extensions=["1001", "1002"])) as simulator:
        caller = Caller(simulator)
        caller.login()
        yield caller


def name_of(house: Caller) -> str:
    name: str = house.phone("1002")["name"]
    return name


@pytest.mark.parametrize(("kind", "name"), [("drop_before", "1002"), ("drop_after", "Amy")])
def test_a_connection_breaks_before_or_after_the_pbx_acts(
    house: Caller, kind: str, name: str
) -> None:
    house.act("fault", kind=kind)
    with pytest.raises(requests.ConnectionError):
        house.ask("extension/update", AMY)
    assert name_of(house) == name
    assert house.ask("extension/update", AMY) == SUCCESS


def test_a_slow_answer_comes_too_late_though_the_pbx_acts(house: Caller) -> None:
    house.act("fault", kind="delay", value="0.5")
    with pytest.raises(requests.ReadTimeout):
        house.ask("extension/update", AMY, timeout=0.1)
    wait_until(lambda: name_of(house) == "Amy", PATIENCE, "the PBX to act")


def test_another_http_status_comes_without_an_act(house: Caller) -> None:
    house.act("fault", kind="status", value=503)
    answer = house.raw("POST", "extension/update", params={"token": house.token}, json=AMY)
    assert (answer.status_code, name_of(house)) == (503, "1002")


def test_garbage_comes_without_an_act(house: Caller) -> None:
    house.act("fault", kind="garbage")
    answer = house.raw("POST", "extension/update", params={"token": house.token}, json=AMY)
    assert (answer.status_code, answer.text) == (200, "<html>busy</html>")
    assert name_of(house) == "1002"


@pytest.mark.parametrize("value", ["10025", 10025])
def test_an_error_number_comes_without_an_act(house: Caller, value: object) -> None:
    house.act("fault", kind="errno", value=value)
    assert house.ask("extension/update", AMY) == failed("10025")
    assert name_of(house) == "1002"


def test_a_download_can_fail_as_well(house: Caller) -> None:
    house.act("fault", kind="errno", path="cdr/download", value="20015")
    assert house.raw("GET", "cdr/download").json() == failed("20015")


def test_a_fault_strikes_where_and_as_often_as_told(house: Caller) -> None:
    house.act("fault", kind="errno", path="extension/*", value="10017", times=2)
    assert house.ask("deviceinfo/query")["status"] == "Success"
    answers = [house.ask("extension/update", AMY)["status"] for _ in range(3)]
    assert answers == ["Failed", "Failed", "Success"]


def test_a_fault_for_all_requests_lasts_until_it_is_cleared(house: Caller) -> None:
    house.act("fault", kind="errno", value="30003", times=0)
    assert [house.ask("deviceinfo/query")["status"] for _ in range(3)] == ["Failed"] * 3
    assert [fault["kind"] for fault in house.state()["faults"]] == ["errno"]
    house.act("clear-faults")
    assert house.ask("deviceinfo/query")["status"] == "Success"


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "earthquake"},
        {"kind": "status", "value": "many"},
        {"kind": "errno"},
        {"kind": "delay", "value": "long"},
        {"kind": "garbage", "colour": "red"},
        {},
    ],
)
def test_an_impossible_fault_is_refused(house: Caller, fault: dict[str, str]) -> None:
    assert house.control("fault", **fault).status_code == 400
    assert house.state()["faults"] == []


@pytest.mark.parametrize(
    ("act", "body"),
    [
        ("lift", {"extension": "9999"}),
        ("lift", {}),
        ("key-in", {"extension": "1001"}),
        ("set", {"extension": "1001", "behaviour": "sings"}),
        ("set", {"extension": "1001", "settings": "dnd"}),
        ("clock", {"offset": "noon"}),
        ("options", {"route_mode": "guess"}),
        ("options", {"colour": "red"}),
    ],
)
def test_an_impossible_act_is_refused_with_a_reason(
    house: Caller, act: str, body: dict[str, str]
) -> None:
    answer = house.control(act, **body)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_the_control_interface_shows_no_secret(house: Caller) -> None:
    house.login(url="127.0.0.1:8260/reports/very-secret/", urltag="1")
    house.ask("extension/update", {"extid": "1001", "vmsecret": "90210", "mobile": "49155"})
    shown = str(house.state())
    assert "49155" in shown
    for secret in (house.token, "very-secret", "90210"):
        assert secret not in shown


def test_a_reboot_forgets_tokens_and_says_so(house: Caller) -> None:
    with serving(text("ok")) as receiver:
        house.login(receiver.port, version="1.0.2")
        house.act("reboot")
        assert house.ask("deviceinfo/query") == failed("20004")
        house.settle()
        [report] = reports_at(receiver)
    assert shape(report) == shape(example("report-bootup.json"))


def test_a_reboot_may_pass_in_silence(house: Caller) -> None:
    with serving(text("ok")) as receiver:
        house.login(receiver.port)
        house.act("reboot", report=False)
        house.settle()
        assert receiver.asked == []


@pytest.mark.parametrize(
    ("lose", "left"),
    [([], ("Amy", 1)), (["alarms"], ("Amy", 0)), (["alarms", "names"], ("1002", 0))],
)
def test_a_reboot_keeps_what_it_is_not_told_to_lose(
    house: Caller, lose: list[str], left: tuple[str, int]
) -> None:
    house.ask("extension/update", AMY)
    house.act("guest-alarm", extension="1002", time="06:30")
    house.act("reboot", lose=lose)
    phone = house.phone("1002")
    assert (phone["name"], len(phone["alarms"])) == left


def test_a_boot_report_that_nobody_takes_goes_to_whoever_logs_in_next(house: Caller) -> None:
    house.act("options", interval=0.02)
    with serving(text("", 503)) as absent, serving(text("ok")) as present:
        house.login(absent.port)
        house.act("reboot")
        wait_until(lambda: absent.asked, PATIENCE, "a first try")
        house.login(present.port)
        house.act("lift", extension="1001")
        house.settle()
        actions = [report["action"] for report in reports_at(present)]
    assert actions == ["BootUp", "ExtensionStatus"]


def test_its_page_loads_nothing_from_elsewhere() -> None:
    with Simulator() as simulator:
        for path in ("", "page.css", "page.js"):
            answer = requests.get(f"{simulator.url}/{path}", timeout=PATIENCE)
            assert answer.status_code == 200
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert requests.get(f"{simulator.url}/secrets", timeout=PATIENCE).status_code == 404


def test_it_runs_from_the_command_line_until_it_is_told_to_end() -> None:
    command = [sys.executable, "-m", "pbx.simulator", "--port", "0", "--extensions", "0098-0101"]
    clean = {name: value for name, value in os.environ.items() if "DJANGO" not in name}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=clean) as process:
        try:
            assert process.stdout
            found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
            assert found
            state = requests.get(f"{found[0]}/_sim/state", timeout=PATIENCE).json()
            numbers = [phone["number"] for phone in state["extensions"]]
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0
        finally:
            process.kill()
    assert numbers == ["0098", "0099", "0100", "0101"]
