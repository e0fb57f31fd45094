"""A broker that is away costs a second once, and nothing else."""

import logging
from collections.abc import Iterator

import pytest
from django.test import override_settings

from hotelpbx import broker, waking

# The real one: the tests' own fixture silences the name in the module.
wake = waking.wake


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Redis is where nobody listens."""
    monkeypatch.setattr(waking, "_silent_until", 0.0)
    broker._client.cache_clear()
    yield monkeypatch
    broker._client.cache_clear()


def test_waking_never_raises_and_then_keeps_quiet_for_a_while(
    away: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with override_settings(REDIS_URL="redis://127.0.0.1:9/0"), caplog.at_level(logging.WARNING):
        assert not broker.answers()
        wake("pbx.tasks.deliver", 1)
        away.setattr(broker, "answers", pytest.fail)
        wake("pbx.tasks.deliver", 1)  # the desk does not wait for Redis at each click
    assert "The broker is away" in caplog.text


def test_a_broker_that_is_there_answers() -> None:
    broker._client.cache_clear()
    assert broker.answers()
