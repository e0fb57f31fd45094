"""Several demos at once never share a port, folder, database or broker."""

import os
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from hotelpbx import embedded
from hotelpbx.demo.places import _connected, claim_place
from hotelpbx.demo.ports import port_of, take
from hotelpbx.demo.stack import CHECKOUT, Stack
from hotelpbx.processes.running import Supervisor, free_port, read_procfile, wait_until
from tests.hotelpbx.test_processes import ECHO_APPLICATION, environment
from tests.serving.wire import ask, post

pytestmark = pytest.mark.processes

HOST = "127.0.0.1"


@pytest.fixture(autouse=True)
def no_ports_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PORT", raising=False)
    monkeypatch.delenv("REPORT_PORT", raising=False)


# --- ports -----------------------------------------------------------------------------------


def test_the_usual_port_else_another() -> None:
    usual = free_port()
    with take(HOST, usual) as first, take(HOST, usual) as second:
        assert port_of(first) == usual
        assert port_of(second) not in (0, usual)
    with take(HOST, usual) as again:
        assert port_of(again) == usual


def test_of_many_who_choose_at_once_one_gets_the_usual_port() -> None:
    usual = free_port()
    with ThreadPoolExecutor(8) as threads:
        held = list(threads.map(lambda _: take(HOST, usual), range(16)))
    try:
        ports = [port_of(each) for each in held]
        assert len(set(ports)) == 16
        assert ports.count(usual) == 1
    finally:
        for each in held:
            each.close()


def test_a_port_that_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = free_port()
    monkeypatch.setenv("PORT", str(wanted))
    with take(HOST, free_port(), "PORT") as held:
        assert port_of(held) == wanted
        with pytest.raises(RuntimeError, match=f"Port {wanted} of PORT is not available: "):
            take(HOST, free_port(), "PORT")


@pytest.mark.parametrize("value", ["no", "0", "65536", "-1", "8000.0"])
def test_a_port_that_is_none(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("PORT", value)
    with pytest.raises(RuntimeError, match="PORT must be a port number from 1 to 65535"):
        take(HOST, 8000, "PORT")


def test_the_house_listens_where_it_was_told_to(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    web, receiver = free_port(), free_port()
    monkeypatch.setenv("PORT", str(web))
    monkeypatch.setenv("REPORT_PORT", str(receiver))
    with closing(Stack(tmp_path / "one", os.environ, hold_ports=True)) as stack:
        assert (stack.at.web, stack.at.receiver) == (web, receiver)
        assert (stack.env["PORT"], stack.env["REPORT_PORT"]) == (str(web), str(receiver))
        assert stack.env["REPORT_BASE_URL"] == f"http://127.0.0.1:{receiver}"


def test_two_houses_have_no_port_in_common(tmp_path: Path) -> None:
    with (
        closing(Stack(tmp_path / "one", os.environ, hold_ports=True)) as one,
        closing(Stack(tmp_path / "two", os.environ, hold_ports=True)) as two,
    ):
        ports = {
            getattr(each.at, name) for each in (one, two) for name in ("web", "receiver", "pbx")
        }
        assert len(ports) == 6


@pytest.fixture
def held() -> Iterator[socket.socket]:
    with take(HOST, free_port()) as found:
        yield found


def test_the_process_serves_the_socket_that_was_held(held: socket.socket, tmp_path: Path) -> None:
    """gunicorn as in the Procfile, with another port than the one it would choose."""
    (tmp_path / "echo_application.py").write_text(ECHO_APPLICATION)
    command = read_procfile(CHECKOUT / "Procfile")["receiver"]
    command = command.replace("hotelpbx.receiver_wsgi:", "echo_application:")
    other = free_port()
    env = environment(REPORT_PORT=str(other), PYTHONPATH=str(CHECKOUT))
    sockets = {"receiver": held}
    with Supervisor({"receiver": command}, env, tmp_path, cwd=tmp_path, sockets=sockets):
        # It waits in the queue until somebody takes it.
        answer = ask(port_of(held), post("/reports/x/", "Content-Length: 2"), b"{}")
        assert answer.body.endswith(b"|{}")
        with socket.socket() as probe:
            assert probe.connect_ex((HOST, other)) != 0


def test_the_simulated_pbx_too(held: socket.socket, tmp_path: Path) -> None:
    command = "python -m pbx.simulator --port 1"
    env = environment()
    with Supervisor({"pbx": command}, env, tmp_path, cwd=CHECKOUT, sockets={"pbx": held}) as pbx:
        get = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        assert ask(port_of(held), get).status == 200
        wait_until(lambda: f":{port_of(held)}" in pbx.tail("pbx"), 10, "its own word for it")


# --- places ----------------------------------------------------------------------------------


@pytest.fixture
def embedded_servers(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """No servers are set; the tests' servers are used as the embedded ones."""
    urls = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL")}
    urls["REDIS_URL"] = "unix:///nowhere/redis.sock?db=0"
    for name in urls:
        monkeypatch.delenv(name)
    monkeypatch.setattr(embedded, "provide", lambda: os.environ.update(urls))
    monkeypatch.setattr(embedded, "release", lambda: None)
    yield urls["DATABASE_URL"]
    os.environ.update(urls)
    with _connected(urls["DATABASE_URL"]) as server:
        server.execute("DROP DATABASE IF EXISTS hotelpbx_demo_2")


def test_a_second_demo_of_a_checkout_has_a_place_of_its_own(
    embedded_servers: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with claim_place(tmp_path) as first:
        assert (first.number, first.folder) == (1, tmp_path / "demo")
        used = (os.environ["DATABASE_URL"], os.environ["REDIS_URL"])
        monkeypatch.delenv("DATABASE_URL")
        monkeypatch.delenv("REDIS_URL")
        with claim_place(tmp_path) as second:
            assert (second.number, second.folder) == (2, tmp_path / "demo-2")
            assert os.environ["DATABASE_URL"].endswith("/hotelpbx_demo_2")
            assert os.environ["REDIS_URL"].endswith("?db=1")
            with _connected(os.environ["DATABASE_URL"]) as server:
                assert isinstance(server, psycopg.Connection)
    assert used[0] == embedded_servers
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("REDIS_URL")
    with claim_place(tmp_path) as again:
        assert again.number == 1


def test_two_that_were_given_one_database_do_not_share_it(tmp_path: Path) -> None:
    """For instance demos of two checkouts."""
    with (
        claim_place(tmp_path / "here"),
        pytest.raises(RuntimeError, match="Another bin/demo uses this database"),
        claim_place(tmp_path / "there"),
    ):
        pass
