"""What every test stands on."""

from pathlib import Path

import pytest
from django.conf import settings as django_settings
from hypothesis import HealthCheck, settings

from rooms.models import Property
from tests import house

# A busy machine is slow, and that says nothing about the code.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

# Most tests of pages make users.
django_settings.PASSWORD_HASHERS = ["tests.hashing.QuickHasher"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long first: flow tests mostly wait, while others run beside them."""
    items.sort(key=lambda item: not {"flow", "long"} & set(item.keywords))


@pytest.fixture
def hotel(db: None, tmp_path: Path) -> Property:
    """A small hotel, in the database."""
    return house.build(tmp_path)


@pytest.fixture
def open_hotel(transactional_db: None, tmp_path: Path) -> Property:
    """A hotel whose rows other connections can see."""
    return house.build(tmp_path)


@pytest.fixture(autouse=True)
def quiet_broker(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Wake-up messages go nowhere: no worker runs, and the tests look at the rows."""
    if "flow" not in request.keywords:
        monkeypatch.setattr("hotelpbx.task_queue.sending.enqueue", lambda task, *args: None)
        monkeypatch.setattr(
            "hotelpbx.task_queue.sending.enqueue_later", lambda seconds, task, *args: None
        )
