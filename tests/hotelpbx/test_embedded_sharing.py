"""Sharing, starting and stopping of the embedded servers, with real processes and signals."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from hotelpbx.embedded import places
from hotelpbx.embedded.postgres import Postgres
from hotelpbx.embedded.redis_server import RedisServer
from hotelpbx.processes.running import wait_until
from tests.hotelpbx.servers import ask, connect, is_over, server_pid

pytestmark = pytest.mark.processes

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

# A process of the house: uses a server until its standard input ends.
USER_OF_POSTGRES = """
import sys
from pathlib import Path
from hotelpbx import embedded
server = embedded.Postgres(Path(sys.argv[1]), throw_away=True)
server.start()
print(server.url, flush=True)
sys.stdin.read()
server.release()
"""


def use_postgres(directory: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", USER_OF_POSTGRES, directory],
        cwd=places.CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def url_told_by(user: "subprocess.Popen[str]") -> str:
    assert user.stdout is not None
    return user.stdout.readline().strip()


def test_processes_that_start_together_share_one_server(home: Path) -> None:
    users = [use_postgres(home / "postgres") for _ in range(4)]
    assert len({url_told_by(user) for user in users}) == 1
    server = Postgres(home / "postgres", throw_away=True)
    pid = server_pid(server)
    for user in users[1:]:
        user.communicate()
    assert server.answers()
    assert server_pid(server) == pid
    users[0].communicate()
    assert is_over(server)
    assert not server.directory.exists()


def test_the_server_stops_after_its_last_user_was_killed(home: Path) -> None:
    user = use_postgres(home / "postgres")
    url_told_by(user)
    server = Postgres(home / "postgres", throw_away=True)
    assert server.answers()
    user.kill()
    user.communicate()
    wait_until(lambda: not server.directory.exists(), 20, "the keeper to remove the server")


def test_a_forked_child_keeps_the_server(home: Path) -> None:
    forking = USER_OF_POSTGRES.replace(
        "sys.stdin", "import os\nos.fork() and os._exit(0)\nsys.stdin"
    )
    user = subprocess.Popen(
        [sys.executable, "-c", forking, home / "postgres"],
        cwd=places.CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    url_told_by(user)
    assert user.wait(20) == 0
    server = Postgres(home / "postgres", throw_away=True)
    assert ask(server, "SELECT 203") == 203
    assert user.stdin is not None
    user.stdin.close()
    wait_until(lambda: not server.directory.exists(), 20, "the child to release the server")
    assert user.stdout is not None
    user.stdout.close()


def test_a_stopped_server_starts_again_for_the_same_user(postgres: Postgres) -> None:
    pid = server_pid(postgres)
    postgres.stop()
    assert not postgres.answers()
    postgres.start()
    assert postgres.answers()
    assert server_pid(postgres) != pid


def test_nothing_committed_is_lost_by_a_power_cut(home: Path) -> None:
    server = Postgres(home / "postgres")
    server.start()
    with connect(server) as connection:
        connection.execute("CREATE TABLE stay (guest text)")
        connection.execute("INSERT INTO stay VALUES ('Alice')")
    server.kill()
    server.start()
    assert ask(server, "SELECT guest FROM stay") == "Alice"
    server.release()


def test_data_survive_the_last_user(home: Path) -> None:
    server = Postgres(home / "postgres")
    server.start()
    with connect(server) as connection:
        connection.execute("CREATE TABLE stay ()")
    server.release()
    assert is_over(server)
    server.start()
    assert ask(server, "SELECT to_regclass('stay') IS NOT NULL") is True
    server.release()


def test_a_stale_pid_file_naming_a_living_process_is_no_hindrance(
    postgres: Postgres, broker: RedisServer
) -> None:
    pid_file = postgres.directory / "data" / "postmaster.pid"
    text = pid_file.read_text()
    postgres.kill()
    # As after a restart of the machine: another process of the same user has that number now.
    pid_file.write_text(text.replace(str(server_pid(postgres)), str(server_pid(broker)), 1))
    postgres.start()
    assert ask(postgres, "SELECT 203") == 203


def test_an_interrupted_first_start_is_begun_anew(home: Path) -> None:
    server = Postgres(home / "postgres", throw_away=True)
    places.make_directory(server.directory)
    half_made = server.directory / "data-half"
    half_made.mkdir()
    (half_made / "PG_VERSION").write_text("18\n")
    server.start()
    assert ask(server, "SELECT 203") == 203
    assert not half_made.exists()
    server.release()


@on_linux
def test_the_server_ends_with_a_killed_keeper_and_can_be_started_again(postgres: Postgres) -> None:
    keeper = int((postgres.directory / "keeper.lock").read_text().split()[0])
    os.kill(keeper, signal.SIGKILL)
    wait_until(lambda: is_over(postgres), 20, "the server to end with its keeper")
    postgres.start()
    assert ask(postgres, "SELECT 203") == 203


@on_linux
def test_the_servers_do_not_get_our_environment(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTEL_SECRET", "top-secret")
    server = RedisServer(home / "redis", throw_away=True)
    server.start()
    assert b"top-secret" not in Path(f"/proc/{server_pid(server)}/environ").read_bytes()
    server.release()
