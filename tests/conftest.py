"""What every test stands on."""

from pathlib import Path

import pytest

from rooms.models import Property
from tests import house


@pytest.fixture
def hotel(db: None, tmp_path: Path) -> Property:
    """A small hotel, in the database."""
    return house.build(tmp_path)


@pytest.fixture(autouse=True)
def quiet_broker(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Wake-up messages go nowhere: no worker runs, and the tests look at the rows."""
    if "flow" not in request.keywords:
        monkeypatch.setattr("hotelpbx.waking.wake", lambda task, *args: None)
