"""What every test stands on."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

from rooms.models import Property
from tests import house, template_database
from tests.support import flushing

# A busy machine is slow, and that says nothing about the code.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

# Most tests of pages make users.
django_settings.PASSWORD_HASHERS = ["tests.support.hashing.QuickHasher"]


# What takes longest comes first, and what mostly waits: others run beside it.
_FIRST = ("long", "flow", "browser")


@pytest.hookimpl(tryfirst=True)  # pytest-xdist reads the groups in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The order of the tests, and which of them one process runs.

    Any process takes any test, but a module's tests that share a house of processes or a browser
    stay together.
    """
    items.sort(key=lambda item: [name not in item.keywords for name in _FIRST])
    for item in items:
        if {"flow", "browser"} & set(item.keywords):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))


def pytest_collection_finish() -> None:
    """The program and its thousands of tests stay: the garbage collector need not look at them,
    nor so often at the rest."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest,
    django_db_modify_db_settings_parallel_suffix: None,
    django_db_blocker: DjangoDbBlocker,
) -> None:
    """Of processes that test beside each other, only one migrates."""
    if workerinput := getattr(request.config, "workerinput", None):
        with django_db_blocker.unblock():
            template = template_database.migrated(workerinput["testrunuid"])
        connection.settings_dict["TEST"]["TEMPLATE"] = template


@pytest.fixture(scope="session", autouse=True)
def quick_flush() -> Iterator[None]:
    """Tests with rows that others can see end sooner."""
    with pytest.MonkeyPatch.context() as patch:
        flushing.only_what_was_filled(patch)
        yield


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
