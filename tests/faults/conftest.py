"""A separate system whose servers may be stopped, flushed and killed."""

import os
from collections.abc import Iterator

import pytest

from hotelpbx.demo.stack import Stack
from hotelpbx.embedded import Postgres, RedisServer, places
from hotelpbx.processes.running import wait_until
from tests.faults.house import House
from tests.faults.night import Night


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("faults")
    home = places.throw_away_home()
    # Not thrown away: what it has committed must outlive SIGKILL.
    postgres = Postgres(home / "postgres")
    redis = RedisServer(home / "redis", throw_away=True)
    try:
        postgres.start()
        redis.start()
        stack = Stack(folder / "house", _environment(postgres, redis))
        stack.prepare()
        with stack.processes:
            stack.wait_until_ready()
            house = House(stack, postgres, redis)
            # Reports go to whoever has logged in; before that there are none to lose.
            wait_until(lambda: house.phones.state()["sessions"], 60, "the first login")
            yield house
    finally:
        redis.release()
        postgres.release()
        postgres.remove()


def _environment(postgres: Postgres, redis: RedisServer) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.endswith("_FILE")}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    return {**kept, "DATABASE_URL": postgres.url, "REDIS_URL": redis.url}


@pytest.fixture
def night(house: House) -> Iterator[Night]:
    """A night with two guests, who are checked out afterwards in any case."""
    guests = Night(house)
    yield guests
    guests.end()
