"""A pytest plugin: servers for one test run (``-p hotelpbx.embedded.for_tests``).

It must come before pytest-django, which reads the settings before any ``conftest.py``. Processes
that test beside each other (pytest-xdist) share the servers: each has a database of its own by
pytest-django, and a Redis database of its own from here.
"""

import os
from urllib.parse import urlsplit

import pytest

from hotelpbx import embedded


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Set what the settings need and is not set: a key, and servers that are thrown away."""
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
