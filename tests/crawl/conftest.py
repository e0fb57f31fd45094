"""The crawled hotel, and silence: each refusal would be a line in the log."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crawl import world
from tests.crawl.world import World
from tests.frontdesk.one_strip import read_once


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(autouse=True)
def one_strip(monkeypatch: pytest.MonkeyPatch) -> None:
    """What an answer changes is undone, and so the strip stays as it is."""
    read_once(monkeypatch)


@pytest.fixture
def grand(db: None, tmp_path: Path) -> World:
    return world.build(tmp_path, "GRAND", tag="Aaa")
