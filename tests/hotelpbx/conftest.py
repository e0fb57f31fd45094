"""Embedded servers for the tests of the project's own package."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotelpbx.embedded import places
from hotelpbx.embedded.postgres import Postgres
from hotelpbx.embedded.redis_server import RedisServer


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
