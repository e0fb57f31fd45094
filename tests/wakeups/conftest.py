"""A clock that can be moved, and a PBX that follows it."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from pbx.simulator import Simulator
from pbx.simulator.server import Settings
from rooms.models import Property
from tests.wakeups.morning import EVENING, Morning


@pytest.fixture
def clock() -> Iterator[Any]:
    """Six in the evening until the clock is moved."""
    with time_machine.travel(EVENING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def morning(clock: Any, hotel: Property) -> Iterator[Morning]:
    """The night before, with a PBX over HTTP."""
    settings = Settings(
        extensions=["2201", "2202", "2203", "8000"], routes={"local": "9", "national": "90"}
    )
    with Simulator(settings) as exchange:
        yield Morning(hotel, exchange, clock)
