"""The simulated PBX speaks as the manual says it does: everything else is tested with it."""

import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
import requests

from hotelpbx.processes import wait_until
from pbx.simulator import Simulator
from pbx.simulator.cli import numbers, routes
from pbx.simulator.server import Settings

PASSWORD = hashlib.md5(b"secret", usedforsecurity=False).hexdigest()


class Receiver:
    """Where reports go; answers ``status``."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.status = 200
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                outer.bodies.append(self.rfile.read(length))
                outer.headers.append(dict(self.headers))
                self.send_response(outer.status)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def reports(self) -> list[dict[str, Any]]:
        return [json.loads(body) for body in self.bodies]


class Caller:
    """A client that sends what it is told to."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.token = ""

    def ask(self, path: str, body: Any = None, **query: str) -> Any:
        answer = requests.post(
            f"{self.simulator.url}/api/v1.1.0/{path}",
            params={"token": self.token, **query},
            json=body,
            timeout=10,
        )
        assert answer.status_code == 200, "always 200 (L386)"
        return answer.json()

    def login(self, receiver: Receiver | None = None, **more: str) -> Any:
        port = str(receiver.port if receiver else 9)
        body = {
            "username": "api",
            "password": PASSWORD,
            "port": port,
            "version": "1.0.2",
            "url": f"127.0.0.1:{port}/reports/x/",
            "urltag": "1",
            **more,
        }
        answer = self.ask("login", {name: value for name, value in body.items() if value})
        self.token = answer.get("token", "")
        return answer


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator(Settings(extensions=["1000", "1001", "2003"])) as found:
        yield found


@pytest.fixture
def caller(simulator: Simulator) -> Caller:
    found = Caller(simulator)
    found.login()
    return found


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    yield found
    found.server.shutdown()
    found.server.server_close()


OK = {"status": "Success"}
ALARM = {"time": "00:45", "type": "onetime", "repeats": "3", "repeatinterval": "5"}


def failed(errno: str) -> dict[str, str]:
    return {"status": "Failed", "errno": errno}


def test_a_session_lives_for_thirty_minutes(simulator: Simulator, caller: Caller) -> None:
    assert caller.ask("deviceinfo/query")["deviceinfo"]["sn"] == simulator.state.serial
    simulator.state.clock.offset += 29 * 60
    assert caller.ask("deviceinfo/query")["status"] == "Success", "each request prolongs it"
    simulator.state.clock.offset += 31 * 60
    assert caller.ask("deviceinfo/query") == failed("20006")
    assert caller.ask("deviceinfo/query") == failed("20004")
    caller.token = ""
    assert caller.ask("deviceinfo/query") == failed("20005")


def test_five_wrong_passwords_lock_the_caller(simulator: Simulator, caller: Caller) -> None:
    wrong = [caller.login(password="0" * 32) for _ in range(5)]
    assert wrong == [failed("20003")] * 5
    assert caller.login() == failed("20002")
    simulator.state.clock.offset += 601
    assert caller.login()["status"] == "Success"


def test_the_envelope(simulator: Simulator, caller: Caller) -> None:
    assert caller.ask("no/such") == failed("10003")
    url = f"{simulator.url}/api/v1.1.0/deviceinfo/query"
    assert requests.get(url, timeout=5).json() == failed("20001")
    assert requests.post(url, data="<a/>", timeout=5).json() == failed("20000")
    assert caller.ask("heartbeat", {"port": "1"}) == failed("20011")
    assert caller.ask("logout") == OK


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ({"username": "Smith Alice"}, OK),
        ({"username": "x" * 31}, OK),
        ({"username": "x" * 32}, failed("10017")),
        ({"username": "O'Brien"}, failed("10017")),
        ({"dnd": "on", "vmsecret": "1234"}, OK),
        ({"dnd": "yes"}, failed("10017")),
        ({"colour": "red"}, failed("10017")),
        ({"selectoutroute": "local,national"}, OK),
        ({"selectoutroute": "moon"}, failed("10033")),
        ({"extid": "4000"}, failed("10006")),
        ({"extid": ""}, failed("10004")),
    ],
)
def test_extensions_are_changed_within_their_limits(
    caller: Caller, change: dict[str, str], answer: dict[str, str]
) -> None:
    assert caller.ask("extension/update", {"extid": "1000", **change}) == answer


@pytest.mark.parametrize(("mode", "routes_after"), [("replace", "national"), ("ignore", "local")])
def test_what_selecting_a_route_means_is_an_option(
    simulator: Simulator, caller: Caller, mode: str, routes_after: str
) -> None:
    caller.ask("extension/update", {"extid": "1000", "selectoutroute": "local"})
    simulator.state.route_mode = mode
    caller.ask("extension/update", {"extid": "1000", "selectoutroute": "national"})
    (info,) = caller.ask("extension/query", {"extid": "1000"})["extinfos"]
    assert info["selectoutroute"] == routes_after
    assert "moblie" in info


def test_alarms(simulator: Simulator, caller: Caller) -> None:
    create = {"extid": "1000,1001", "wakeup": [ALARM, {**ALARM, "time": "09:00"}]}
    assert caller.ask("wakeupcall/create", create) == OK, "no id (L4489)"
    assert caller.ask("wakeupcall/create", create) == failed("10022")
    (found,) = caller.ask("wakeupcall/query", {"extid": "1000"})["wakeups"]
    (alarm,) = found["wakeup"]
    assert alarm["time"] == "00:45", "only the first takes effect (L4433)"
    update = {
        "extid": "1000",
        "wakeupid": alarm["wakeupid"],
        "wakeup": [{**ALARM, "time": "11:00"}],
    }
    assert caller.ask("wakeupcall/update", update) == OK
    delete = {"extid": "1000", "wakeupid": alarm["wakeupid"]}
    assert caller.ask("wakeupcall/delete", delete) == OK
    assert caller.ask("wakeupcall/delete", delete) == failed("10021")
    assert caller.ask("wakeupcall/query", {"extid": "1000"}) == OK, "none: the status only (T30)"
    assert caller.ask("wakeupcall/delete", {"extid": "1001"}) == OK, "without an id: all (L4669)"
    assert not simulator.state.extensions["1001"].alarms
    assert caller.ask("wakeupcall/create", {"extid": "9", "wakeup": [ALARM]}) == failed("10006")
    bad = {"extid": "1000", "wakeup": [{**ALARM, "repeats": "4"}]}
    assert caller.ask("wakeupcall/create", bad) == failed("10020")


def test_check_out_clears_four_things_and_leaves_the_rest(
    simulator: Simulator, caller: Caller
) -> None:
    settings = {"username": "Smith", "selectoutroute": "local", "dnd": "on", "vmsecret": "99"}
    caller.ask("extension/update", {"extid": "1000", **settings})
    caller.ask("wakeupcall/create", {"extid": "1000", "wakeup": [ALARM]})
    phone = simulator.state.extensions["1000"]
    simulator.telephony.leave_message(phone, "8000")
    assert caller.ask("voicemail/query", {"extid": "1000"})["voicemails"]
    assert caller.ask("hotel/checkout", {"extid": "1000,4000"}) == failed("10006")
    assert caller.ask("hotel/checkout", {"extid": "1000,1001"}) == OK
    assert (phone.settings["username"], phone.routes, phone.alarms, phone.messages) == (
        "1000",
        [],
        [],
        [],
    )
    assert (phone.settings["dnd"], phone.settings["vmsecret"]) == ("on", "99"), "T13"


def test_call_records_are_downloaded_once(simulator: Simulator, caller: Caller) -> None:
    phone = simulator.state.extensions["1000"]
    phone.routes = ["local"]
    simulator.telephony.call_out(phone, "95551234", 61)
    wanted = {"extid": "all", "starttime": "2000-01-01 00:00:00", "endtime": "2100-01-01 00:00:00"}
    random = caller.ask("cdr/get_random", wanted)["random"]
    url = f"{simulator.url}/api/v1.1.0/cdr/download"
    query = {**wanted, "random": random, "token": caller.token}
    first = requests.get(url, params=query, timeout=5).text.splitlines()
    assert first[0].startswith("callid,timestart,callfrom,callto,callduraction,talkduraction")
    assert len(first) == 2
    assert requests.get(url, params=query, timeout=5).json() == failed("20020"), "works once"
    assert caller.ask("cdr/get_random", {**wanted, "endtime": "now"}) == failed("20019")


def test_reports_have_the_shapes_of_the_manual(
    simulator: Simulator, caller: Caller, receiver: Receiver
) -> None:
    caller.login(receiver)
    phone = simulator.state.extensions["2003"]
    simulator.telephony.key_in(phone, ["778*123456789*2", "778*123456789*2"])
    simulator.telephony.key_in(phone, ["777*01"])
    wait_until(lambda: len(receiver.bodies) == 7, 10, "seven reports")
    keyed = [report for report in receiver.reports if report["action"] == "DTMF"]
    assert keyed[0] == keyed[1], "the same item twice cannot be told from a repetition (T3)"
    assert keyed[0]["call"] == [{"ext": {"extid": "2003"}}]
    assert keyed[0]["sn"] == simulator.state.serial
    assert keyed[2]["ext"] == {"extid": "2003"}
    assert "sn" not in keyed[2], "L6152-L6159"
    assert "call" not in keyed[2]
    assert receiver.headers[0]["User-Agent"] == "WebAPI"
    assert receiver.headers[0]["Host"] == f"127.0.0.1: {receiver.port}", "with a space (L421)"


def test_a_report_is_repeated_until_it_is_answered_with_200(
    simulator: Simulator, caller: Caller, receiver: Receiver
) -> None:
    receiver.status = 503
    simulator.reporter.interval = 0.05
    caller.login(receiver)
    simulator.telephony.lift(simulator.state.extensions["1000"])
    wait_until(lambda: len(receiver.bodies) >= 3, 10, "repetitions")
    assert len(set(receiver.bodies)) == 1
    receiver.status = 200
    wait_until(simulator.reporter.idle, 10, "the answer")


def test_reports_stop_with_the_session(
    simulator: Simulator, caller: Caller, receiver: Receiver
) -> None:
    caller.login(receiver)
    simulator.sessions.forget()
    simulator.telephony.lift(simulator.state.extensions["1000"])
    wait_until(simulator.reporter.idle, 10, "it to be dropped")
    assert receiver.bodies == []


def test_without_a_version_two_parties_share_one_key(
    simulator: Simulator, caller: Caller, receiver: Receiver
) -> None:
    caller.login(receiver, version="")
    phones = simulator.state.extensions
    simulator.telephony.call_inside(phones["1000"], phones["1001"], 5)
    wait_until(simulator.reporter.idle, 10, "the reports")
    bye = next(body for body in receiver.bodies if b'"BYE"' in body)
    assert bye.count(b'"ext"') == 2


@pytest.mark.parametrize("behaviour", ["answers", "ignores"])
def test_an_alarm_rings_by_itself_and_goes_after_its_repeats(
    simulator: Simulator, caller: Caller, receiver: Receiver, behaviour: str
) -> None:
    caller.login(receiver)
    phone = simulator.state.extensions["1000"]
    phone.behaviour = behaviour
    at = (simulator.state.clock.local() + timedelta(hours=1)).strftime("%H:%M")
    wish = {"time": at, "type": "onetime", "repeats": "2", "repeatinterval": "5"}
    caller.ask("wakeupcall/create", {"extid": "1000", "wakeup": [wish]})
    for left in (1, 0):
        simulator.state.clock.offset += 3600 if left else 300
        wait_until(lambda left=left: len(phone.alarms) == left, 10, "the alarm to ring")  # type: ignore[misc]
        caller.login(receiver)
    wait_until(simulator.reporter.idle, 10, "the reports")
    states = [report["status"] for report in receiver.reports if "status" in report]
    once = ["Ringing", "Busy", "Idle"] if behaviour == "answers" else ["Ringing", "Idle"]
    assert states == once * 2


def test_faults_strike_as_often_as_they_are_told(simulator: Simulator, caller: Caller) -> None:
    control = f"{simulator.url}/_sim/"

    def switch_on(**fault: Any) -> None:
        requests.post(f"{control}fault", json=fault, timeout=5).raise_for_status()

    switch_on(kind="errno", value="10025", path="extension/*", times=2)
    change = {"extid": "1000", "username": "A"}
    answers = [caller.ask("extension/update", change) for _ in range(3)]
    assert answers == [failed("10025"), failed("10025"), OK]
    for kind, acted in (("drop_before", False), ("drop_after", True)):
        switch_on(kind=kind, path="extension/update")
        with pytest.raises(requests.ConnectionError):
            caller.ask("extension/update", {"extid": "1000", "username": kind})
        assert (simulator.state.extensions["1000"].settings["username"] == kind) is acted
    answer = requests.post(f"{control}fault", json={"kind": "nonsense"}, timeout=5)
    assert answer.status_code == 400


def test_a_reboot_loses_what_it_is_told_to(
    simulator: Simulator, caller: Caller, receiver: Receiver
) -> None:
    caller.login(receiver)
    caller.ask("extension/update", {"extid": "1000", "username": "Smith"})
    requests.post(f"{simulator.url}/_sim/reboot", json={"lose": ["names"]}, timeout=5)
    assert simulator.state.extensions["1000"].settings["username"] == "1000"
    assert caller.ask("deviceinfo/query") == failed("20004")
    wait_until(lambda: receiver.reports, 10, "the report")
    assert receiver.reports[-1]["action"] == "BootUp"


def test_no_secret_is_shown(simulator: Simulator, caller: Caller) -> None:
    shown = requests.get(f"{simulator.url}/_sim/state", timeout=5).text
    for secret in (caller.token, PASSWORD, "reports/x"):
        assert secret not in shown


def test_the_command_line() -> None:
    assert numbers("2001-2003,8000") == ["2001", "2002", "2003", "8000"]
    assert routes("local=9,national=90") == {"local": "9", "national": "90"}
