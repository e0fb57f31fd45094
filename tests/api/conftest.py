"""A PMS whose key has every scope."""

import pytest

from rooms.models import Property
from tests.api.rest import Rest, issue


@pytest.fixture
def pms(hotel: Property) -> Rest:
    return Rest(hotel, issue(hotel))
