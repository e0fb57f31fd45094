"""The people of the small hotel."""

import pytest
from django.test import Client

from rooms.models import Property
from tests.frontdesk.people import staff


@pytest.fixture
def clara(hotel: Property) -> Client:
    """The clerk."""
    return staff(hotel, "clara", "clerk")


@pytest.fixture
def rosa(hotel: Property) -> Client:
    """A housekeeper."""
    return staff(hotel, "rosa", "housekeeping")


@pytest.fixture
def max_(hotel: Property) -> Client:
    """The manager."""
    return staff(hotel, "max", "manager")
