"""A simulated PBX over HTTP, and its row in the database."""

from collections.abc import Iterator

import pytest

from pbx.models import Pbx
from pbx.simulator import Simulator
from pbx.simulator.server import Settings


@pytest.fixture
def exchange() -> Iterator[Simulator]:
    settings = Settings(
        extensions=["2201", "2202", "2203"], routes={"local": "9", "national": "90"}
    )
    with Simulator(settings) as simulator:
        yield simulator


@pytest.fixture
def pbx(db: None, exchange: Simulator) -> Pbx:
    return Pbx.objects.create(
        name="main",
        url=exchange.url,
        username="api",
        password="secret",
        timezone="Asia/Shanghai",
    )
