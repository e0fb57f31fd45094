"""The crawled hotel, and silence: each refusal would be a line in the log."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crawl import world
from tests.crawl.world import World


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def grand(db: None, tmp_path: Path) -> World:
    return world.build(tmp_path, "GRAND", tag="Aaa")
