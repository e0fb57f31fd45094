"""A pytest plugin: servers for one test run (``-p hotelpbx.embedded.for_tests``).

It must come before pytest-django, which reads the settings before any ``conftest.py``.
"""

import os

import pytest

from hotelpbx import embedded


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Set what the settings need and is not set: a key, and servers that are thrown away."""
    os.environ.setdefault("DEBUG", "on")
    if not os.environ.get("SECRET_KEY_FILE"):
        os.environ.setdefault("SECRET_KEY", "for tests only")
    embedded.provide(throw_away=True)
