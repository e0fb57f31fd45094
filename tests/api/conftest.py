"""A PMS whose key has every scope."""

from pathlib import Path

import pytest

from rooms.models import Property
from tests.api.operations import furnish
from tests.api.rest import Rest, issue


@pytest.fixture
def pms(hotel: Property) -> Rest:
    return Rest(hotel, issue(hotel))


@pytest.fixture
def furnished(db: None, tmp_path: Path) -> tuple[Rest, dict[str, str]]:
    """The same, of a hotel with a row of each resource; and their ids."""
    hotel, ids = furnish(tmp_path)
    return Rest(hotel, issue(hotel)), ids
