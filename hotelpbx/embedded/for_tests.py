"""A pytest plugin: servers for one test run (``-p hotelpbx.embedded.for_tests``).

It must come before pytest-django, which reads the settings before any ``conftest.py``. Parallel
test processes (pytest-xdist) share the servers: each has its own database by pytest-django, and its
own Redis database from here.
"""

import os
from urllib.parse import urlsplit

import pytest

from hotelpbx import embedded


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Set missing variables that the settings need: a key, and temporary servers."""
    os.environ.setdefault("DEBUG", "on")
    if not os.environ.get("SECRET_KEY_FILE"):
        os.environ.setdefault("SECRET_KEY", "for tests only, and long enough for them")
    embedded.provide(throw_away=True)
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker and os.environ.get("REDIS_URL"):
        os.environ["REDIS_URL"] = redis_database(
            os.environ["REDIS_URL"], int(worker.removeprefix("gw")) + 1
        )


def redis_database(url: str, number: int) -> str:
    """The ``url`` of a Redis server with another of its databases, of which it has 16."""
    if url.startswith("unix:"):
        return f"{url.partition('?')[0]}?db={number}"
    return urlsplit(url)._replace(path=f"/{number}").geturl()
