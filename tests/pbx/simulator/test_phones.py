"""Reports of the simulated PBX's phones, their destination, and its alarms."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hotelpbx.processes.running import free_port, wait_until
from pbx.simulator import Simulator
from pbx.simulator.server import Settings
from tests.pbx.client.scripted import example, recorded
from tests.pbx.simulator.simulated import SUCCESS, Caller, reports_at, shape
from tests.pbx.wire_server import PATIENCE, WireServer, serving, text

SERIAL = "369362089179"


@pytest.fixture
def receiver() -> Iterator[WireServer]:
    """A receiver that accepts every report."""
    with serving(text("ok")) as server:
        yield server


@pytest.fixture
def pbx() -> Iterator[Caller]:
    """A client that is not logged in; reports are repeated quickly."""
    with Simulator(Settings(port=0, extensions=["1005", "1006"])) as simulator:
        caller = Caller(simulator)
        caller.act("options", interval=0.02)
        yield caller


@pytest.fixture
def house(pbx: Caller, receiver: WireServer) -> Caller:
    """A client that is logged in, with the receiver as the destination of reports."""
    pbx.login(receiver.port, version="1.0.2", url=f"127.0.0.1:{receiver.port}/report", urltag="1")
    return pbx


def names_in(report: str) -> Counter[str]:
    """How often each name is at the top level of a report."""
    pairs: list[tuple[str, Any]] = json.loads(report, object_pairs_hook=list)
    return Counter(name for name, _ in pairs)


def statuses(receiver: WireServer) -> list[str]:
    return [report["status"] for report in reports_at(receiver, "ExtensionStatus")]


def wait_for_statuses(receiver: WireServer, count: int) -> None:
    wait_until(lambda: len(statuses(receiver)) == count, PATIENCE, f"{count} statuses")


def set_alarm(house: Caller, **alarm: str) -> None:
    wanted = {"time": "06:30", "type": "onetime", "repeats": "1", **alarm}
    assert house.ask("wakeupcall/create", {"extid": "1005", "wakeup": [wanted]}) == SUCCESS


def test_minibar_comes_in_the_call_array_with_a_serial_number(
    house: Caller, receiver: WireServer
) -> None:
    callid = house.act("key-in", extension="1005", entries=["778*12*2", "778*12*2"])
    house.settle()
    report = {"action": "DTMF", "callid": callid, "call": [{"ext": {"extid": "1005"}}]}
    dtmf = reports_at(receiver, "DTMF")
    assert dtmf == [{**report, "infos": "778*12*2", "sn": SERIAL}] * 2
    assert shape(dtmf[0]) == shape(example("report-dtmf-minibar.json"))
    assert statuses(receiver) == ["Busy", "Idle"]


def test_room_status_comes_with_the_party_on_top_and_no_serial_number(
    house: Caller, receiver: WireServer
) -> None:
    house.act("key-in", extension="1005", keys="777*01")
    house.settle()
    [report] = reports_at(receiver, "DTMF")
    assert shape(report) == shape(example("report-dtmf-roomstatus.json"))
    assert (report["ext"], report["infos"]) == ({"extid": "1005"}, "777*01")


def test_reports_come_with_the_headers_of_the_manual(house: Caller, receiver: WireServer) -> None:
    house.act("lift", extension="1005")
    house.settle()
    [seen] = receiver.asked
    assert (seen.method, seen.target) == ("POST", "/report")
    assert seen.headers["User-Agent"] == "WebAPI"
    assert seen.headers["Content-Type"] == "application/json"
    assert seen.headers["Host"] == f"127.0.0.1: {receiver.port}"
    assert shape(reports_at(receiver)[0]) == shape(example("report-extensionstatus.json"))


def without(record: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in names}


def test_a_call_inside_is_reported_from_ringing_to_record(
    house: Caller, receiver: WireServer
) -> None:
    house.act("call-inside", extension="1005", to="1006", talk=10)
    house.settle()
    calls = [each for each in reports_at(receiver) if each["action"] != "ExtensionStatus"]
    actions = [each["action"] for each in calls]
    assert actions == ["ALERT", "RING", "ANSWER", "ANSWERED", "BYE", "BYE", "NewCdr"]
    for found, name in zip(
        calls,
        ("alert", "ring", "answer", "answered", "bye-internal-1", "bye-internal-2"),
        strict=False,
    ):
        name = name if "internal" in name else f"{name}-internal"
        assert shape(found) == shape(example(f"report-{name}.json"))
    printed = without(example("report-newcdr-internal.json"), "recording")
    assert shape(calls[-1]) == shape(printed)
    assert (calls[-1]["callduraction"], calls[-1]["talkduraction"]) == ("14", "10")


@pytest.mark.parametrize("way", ["outbound", "inbound"])
def test_a_call_with_outside_has_the_record_of_the_manual(
    house: Caller, receiver: WireServer, way: str
) -> None:
    house.ask("extension/update", {"extid": "1005", "selectoutroute": "local"})
    act = {"outbound": "call-out", "inbound": "call-in"}[way]
    house.act(act, extension="1005", number="9283737733", talk=3)
    house.settle()
    [record] = reports_at(receiver, "NewCdr")
    printed = example(f"report-newcdr-{way}.json")
    assert shape(record) == shape(without(printed, "recording"))
    assert (record["type"], record["talkduraction"]) == (printed["type"], "3")
    for action in ("RING", "ALERT"):
        [report] = reports_at(receiver, action)
        assert shape(report) == shape(example(f"report-{action.lower()}-{way}.json"))


def test_a_call_begins_when_its_id_says(house: Caller, receiver: WireServer) -> None:
    house.act("call-inside", extension="1005", to="1006")
    house.settle()
    [record] = reports_at(receiver, "NewCdr")
    local = datetime.fromisoformat(record["timestart"]).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    assert local.timestamp() == int(record["callid"].partition(".")[0])


def test_a_call_that_nobody_answers_fails_with_its_parties_on_top(
    house: Caller, receiver: WireServer
) -> None:
    house.ask("extension/update", {"extid": "1005", "selectoutroute": "local"})
    house.act("call-out", extension="1005", number="9555", talk=0)
    house.settle()
    [failure] = reports_at(receiver, "CallFailed")
    assert shape(failure) == shape(example("report-callfailed.json"))
    assert reports_at(receiver, "NewCdr")[0]["status"] == "NO ANSWER"


def test_a_phone_calls_out_only_by_a_route_that_it_may_use(house: Caller) -> None:
    house.ask("extension/update", {"extid": "1005", "selectoutroute": "local"})
    barred = house.control("call-out", extension="1005", number="900441234")
    assert barred.status_code == 400
    assert "900441234" in barred.json()["error"]
    assert house.control("call-out", extension="1005", number="9555").ok
    house.ask("extension/update", {"extid": "1005", "callrestriction": "on"})
    assert house.control("call-out", extension="1005", number="9555").status_code == 400


def test_a_prompt_is_played_and_its_end_reported(house: Caller, receiver: WireServer) -> None:
    request = {**example("extension-playprompt-request.json"), "extid": "1005"}
    answer = house.ask("extension/playprompt", request)
    assert shape(answer) == shape(example("extension-playprompt-response.json"))
    house.settle()
    [end] = reports_at(receiver, "PlayPromptEnd")
    assert shape(end) == shape(example("report-playpromptend-extension.json"))
    assert house.ask("extension/playprompt", {**request, "prompt": "1+hello"})["errno"] == "10023"


def test_without_version_both_parties_are_called_ext(pbx: Caller, receiver: WireServer) -> None:
    pbx.login(receiver.port, url="report")
    pbx.act("call-inside", extension="1005", to="1006")
    pbx.settle()
    [body] = [seen.body for seen in receiver.asked if b'"action":"ANSWERED"' in seen.body]
    assert body.count(b'"ext"') == 2
    assert b'"call"' not in body
    old = recorded("legacy-v1.0.1-report-answered-duplicate-ext.txt")
    assert names_in(body.decode()) - Counter(sn=1) == names_in(old)


def test_a_report_is_repeated_until_it_is_answered_with_200(pbx: Caller) -> None:
    refusals = iter([404, 500, 301])

    def answer(handler: BaseHTTPRequestHandler) -> None:
        text("", next(refusals, 200))(handler)

    with serving(answer) as receiver:
        pbx.login(receiver.port, version="1.0.2")
        pbx.act("lift", extension="1005")
        pbx.act("hang-up", extension="1005")
        pbx.settle()
        assert statuses(receiver) == ["Busy"] * 4 + ["Idle"]
    assert [entry["tries"] for entry in pbx.state()["reports"]] == [4, 1]


def test_a_report_waits_for_a_receiver_that_is_not_there_yet(
    pbx: Caller, receiver: WireServer
) -> None:
    pbx.login(free_port(), version="1.0.2")
    pbx.act("lift", extension="1005")
    wait_until(
        lambda: any(entry["tries"] > 1 for entry in pbx.state()["reports"]),
        PATIENCE,
        "a second try",
    )
    pbx.ask("heartbeat", {"ipaddr": "127.0.0.1", "port": str(receiver.port)})
    pbx.settle()
    assert statuses(receiver) == ["Busy"]


def test_reports_stop_when_the_tokens_are_forgotten(pbx: Caller) -> None:
    with serving(text("", 503)) as receiver:
        pbx.login(receiver.port, version="1.0.2")
        pbx.act("lift", extension="1005")
        wait_until(lambda: len(receiver.asked) > 1, PATIENCE, "a second try")
        pbx.act("forget-tokens")
        pbx.settle()
    assert pbx.state()["reports"][0]["outcome"] == "dropped: nobody is logged in"


def test_reports_stop_when_the_token_expires(house: Caller, receiver: WireServer) -> None:
    house.let_pass(1801)
    house.act("lift", extension="1005")
    house.settle()
    assert receiver.asked == []


def test_a_report_can_come_more_than_once(house: Caller, receiver: WireServer) -> None:
    house.act("options", copies=3)
    house.act("lift", extension="1005")
    house.settle()
    assert statuses(receiver) == ["Busy"] * 3


def test_any_report_can_be_sent_by_hand(house: Caller, receiver: WireServer) -> None:
    house.act("report", **example("report-satisfaction.json"))
    house.settle()
    assert reports_at(receiver) == [example("report-satisfaction.json")]


def test_an_alarm_rings_by_the_clock_and_a_onetime_one_is_gone_after_its_rings(
    house: Caller, receiver: WireServer
) -> None:
    set_alarm(house, repeats="2", repeatinterval="5")
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    due = now.replace(hour=6, minute=30, second=0, microsecond=0)
    ahead = (due - now).total_seconds() % 86400
    clock = house.simulator.state.clock
    for wait, left in ((ahead - 20, 1), (300 - 21, 0)):
        clock.advance(wait)
        assert house.simulator.ringer.ring_due_alarms() == 0
        clock.advance(21)
        wait_for_statuses(receiver, 6 - 3 * left)
        assert len(house.phone("1005")["alarms"]) == left
    assert statuses(receiver) == ["Ringing", "Busy", "Idle"] * 2
    assert house.phone("1005")["alarms"] == []


def test_an_alarm_of_every_day_stays_for_the_next(house: Caller, receiver: WireServer) -> None:
    set_alarm(house, type="everyday")
    for rings in (1, 2):
        house.act("ring-next", extension="1005")
        house.settle()
        assert statuses(receiver).count("Ringing") == rings
    assert len(house.phone("1005")["alarms"]) == 1


@pytest.mark.parametrize(
    ("behaviour", "seen"),
    [
        ("answers", ["Ringing", "Busy", "Idle"]),
        ("ignores", ["Ringing", "Idle"]),
        ("busy", []),
        ("unregistered", []),
    ],
)
def test_what_an_alarm_reports_is_up_to_the_phone(
    house: Caller, receiver: WireServer, behaviour: str, seen: list[str]
) -> None:
    set_alarm(house)
    house.act("set", extension="1005", behaviour=behaviour)
    house.act("ring-next", extension="1005")
    house.settle()
    assert statuses(receiver) == seen
    assert house.phone("1005")["alarms"] == []


@pytest.mark.parametrize(
    ("mode", "behaviour", "seen"),
    [
        ("silent", "answers", []),
        ("calls", "answers", ["ExtensionStatus", "RING", "ExtensionStatus", "PlayPromptEnd"]),
        ("calls", "ignores", ["ExtensionStatus", "RING", "CallFailed"]),
    ],
)
def test_an_alarm_may_report_as_a_call_or_nothing(
    house: Caller, receiver: WireServer, mode: str, behaviour: str, seen: list[str]
) -> None:
    set_alarm(house)
    house.act("options", alarm_reports=mode)
    house.act("set", extension="1005", behaviour=behaviour)
    house.act("ring-next", extension="1005")
    house.settle()
    actions = [report["action"] for report in reports_at(receiver)]
    assert actions == (seen and [*seen, "ExtensionStatus"])


def test_ringing_the_next_alarm_keeps_the_house_logged_in(
    house: Caller, receiver: WireServer
) -> None:
    set_alarm(house)
    assert house.act("ring-next", extension="1005") == 1
    house.settle()
    assert statuses(receiver)[0] == "Ringing"
    assert " 06:30:0" in house.state()["clock"]
    assert house.control("ring-next", extension="1005").status_code == 400


def test_a_guest_can_set_an_alarm_by_phone(house: Caller) -> None:
    house.act("guest-alarm", extension="1005", time="07:15")
    answer = house.ask("wakeupcall/query", {"extid": "1005"})
    assert answer["wakeups"][0]["wakeup"][0]["time"] == "07:15"
    again = house.control("guest-alarm", extension="1005", time="07:15")
    assert (again.status_code, "10022" in again.json()["error"]) == (400, True)
