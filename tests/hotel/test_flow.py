"""The real processes of the Procfile, a real worker and beat, the simulated PBX over HTTP.

Nothing is eager and nothing is mocked: what happens here happens in a hotel.
"""

import io
import json
import os
import socket
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings

from hotelpbx.demo.day import Day
from hotelpbx.demo.narrator import Narrator
from hotelpbx.demo.rest import Rest
from hotelpbx.demo.stack import CODE, Stack
from hotelpbx.demo.telephones import Telephones
from hotelpbx.processes.running import wait_until

pytestmark = pytest.mark.flow

# Phone work is done within 30 s when all is well, and within 75 s after a fault.
SOON, AFTER_A_FAULT = 30.0, 75.0


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The house, open for all tests of this module, in a database of its own."""
    url, _, query = os.environ["DATABASE_URL"].partition("?")
    name = f"hotelpbx_flow_{os.getpid()}"
    with connected() as server:
        server.execute(f'CREATE DATABASE "{name}"')
    own_url = f"{url.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")
    environ = {**os.environ, "DATABASE_URL": own_url}
    environ.pop("DJANGO_SETTINGS_MODULE", None)
    try:
        house = Stack(tmp_path_factory.mktemp("house"), environ)
        house.prepare()
        with house.processes:
            house.wait_until_ready()
            yield house
    finally:
        with connected() as server:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def connected() -> "psycopg.Connection[Any]":
    """A connection to the server of the tests, outside of any transaction."""
    found = settings.DATABASES["default"]
    names = {"user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    given = {name: found[key] for name, key in names.items() if found.get(key)}
    return psycopg.connect(dbname="postgres", autocommit=True, **given)


@pytest.fixture
def rest(stack: Stack) -> Rest:
    return Rest(stack.at.desk, CODE, stack.key)


@pytest.fixture
def phones(stack: Stack) -> Telephones:
    return Telephones(stack.at.simulator)


def book(rest: Rest, reference: str) -> None:
    today = date.today()  # noqa: DTZ011 (any day will do)
    body = {
        "guests": [{"first_name": "Bob", "last_name": "Jones"}],
        "arrival": today.isoformat(),
        "departure": (today + timedelta(days=3)).isoformat(),
    }
    rest.put(f"stays/{reference}/", body)


def phone_state(rest: Rest, reference: str) -> dict[str, Any]:
    found: dict[str, Any] = rest.get(f"stays/{reference}/")["phone"]
    return found


def test_a_day_from_check_in_to_check_out(rest: Rest, phones: Telephones) -> None:
    told = io.StringIO()
    Day(rest, phones, Narrator(told)).play()
    assert "✗" not in told.getvalue()
    kinds = [event["type"] for event in rest.get("events/", limit="200")["results"]]
    for kind in (
        "stay.reserved",
        "stay.checked_in",
        "wake_up_call.created",
        "room.housekeeping_status_changed",
        "charge.created",
        "wake_up_call.completed",
        "stay.moved",
        "stay.checked_out",
    ):
        assert kind in kinds
    assert rest.get("attention/")["results"] == []


def test_reports_of_the_time_when_the_receiver_was_down_count_once(
    stack: Stack, rest: Rest, phones: Telephones
) -> None:
    book(rest, "F-receiver")
    rest.post("stays/F-receiver/check-in/", {"room": "301", "accept_dirty": True})
    stack.processes.kill("receiver")
    phones.key_in("3001", "778*123456789*1", "778*101*1")
    stack.processes.start("receiver")
    wait_until(
        lambda: len(rest.get("charges/", stay="F-receiver")["results"]) == 2, SOON, "two charges"
    )
    wait_until(lambda: not phones.state()["reports_waiting"], SOON, "all reports to be answered")
    amounts = [
        each["amount"]["amount"] for each in rest.get("charges/", stay="F-receiver")["results"]
    ]
    assert amounts == ["15.00", "10.00"]


def test_a_check_in_while_the_pbx_is_away_reaches_the_phone_later(
    stack: Stack, rest: Rest, phones: Telephones
) -> None:
    """The PBX comes back without tokens and without names: as after a power cut."""
    book(rest, "F-pbx")
    stack.processes.kill("pbx")
    rest.post("stays/F-pbx/check-in/", {"room": "302", "accept_dirty": True})
    wait_until(
        lambda: phone_state(rest, "F-pbx")["error"], SOON, "the desk to be told that it waits"
    )
    assert phone_state(rest, "F-pbx")["state"] == "pending"
    stack.processes.start("pbx")
    wait_until(
        lambda: phone_state(rest, "F-pbx")["state"] == "applied", AFTER_A_FAULT, "the phone work"
    )
    assert phones.on_the_pbx("3002")["name"] == "Jones Bob"
    kinds = [event["type"] for event in rest.get("events/", limit="200")["results"]]
    assert kinds.index("pbx_link.down") < len(kinds)
    wait_until(
        lambda: (
            "pbx_link.up"
            in [event["type"] for event in rest.get("events/", limit="200")["results"]]
        ),
        SOON,
        "the link to be up again",
    )


def test_a_killed_worker_leaves_nothing_undone(
    stack: Stack, rest: Rest, phones: Telephones
) -> None:
    book(rest, "F-worker")
    stack.processes.kill("worker")
    rest.post("stays/F-worker/check-in/", {"room": "303", "accept_dirty": True})
    assert phone_state(rest, "F-worker")["state"] == "pending"
    stack.processes.start("worker")
    wait_until(
        lambda: phones.on_the_pbx("3003")["name"] == "Jones Bob", AFTER_A_FAULT, "the phone work"
    )


def test_the_receiver_takes_the_odd_host_header_and_serves_nothing_else(stack: Stack) -> None:
    def ask(text: str) -> bytes:
        with socket.create_connection(("127.0.0.1", stack.at.receiver), timeout=10) as connection:
            connection.sendall(text.encode())
            return connection.recv(200)

    body = json.dumps({"action": "BootUp"})
    host = "Host: 192.168.5.150: 8260\r\n"
    wrong = f"POST /reports/wrong/ HTTP/1.1\r\n{host}Content-Length: {len(body)}\r\n\r\n{body}"
    assert ask(wrong).startswith(b"HTTP/1.1 404")
    assert ask(f"GET /healthz HTTP/1.1\r\n{host}\r\n").startswith(b"HTTP/1.1 200")
    for path in ("/", "/api/v1/docs/", "/sign-in/", "/GRAND/"):
        assert ask(f"GET {path} HTTP/1.1\r\n{host}\r\n").startswith(b"HTTP/1.1 404"), path


def test_no_secret_stands_in_any_log(stack: Stack) -> None:
    logs = "".join(
        path.read_text(errors="replace")
        for path in Path(stack.processes.log("web")).parent.glob("*.log")
    )
    assert "Logged in to PBX" in logs
    secrets = [stack.env[name] for name in ("SECRET_KEY", "PBX_PASSWORD")]
    for secret in [*secrets, stack.password, stack.key, "token="]:
        assert secret not in logs
    assert "Traceback" not in logs
