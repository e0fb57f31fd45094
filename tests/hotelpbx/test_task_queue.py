"""An unavailable broker costs one second once, and nothing else."""

import logging
import uuid
from collections.abc import Iterator

import pytest
from django.test import override_settings

from hotelpbx.celery import app
from hotelpbx.task_queue import broker, sending

# The real one: the tests' own fixture silences the name in the module.
enqueue = sending.enqueue


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Redis is unavailable."""
    monkeypatch.setattr(sending, "_silent_until", 0.0)
    broker._client.cache_clear()
    yield monkeypatch
    broker._client.cache_clear()


def test_waking_never_raises_and_then_keeps_quiet_for_a_while(
    away: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with override_settings(REDIS_URL="redis://127.0.0.1:9/0"), caplog.at_level(logging.WARNING):
        assert not broker.is_reachable()
        enqueue("pbx.tasks.deliver", 1)
        away.setattr(broker, "try_mark_queued", pytest.fail)
        enqueue("pbx.tasks.deliver", 1)  # the desk does not wait for Redis at each click
    assert "The broker is away" in caplog.text


def test_a_broker_that_is_there_answers() -> None:
    broker._client.cache_clear()
    assert broker.is_reachable()


def test_of_equal_messages_one_is_enough_until_a_worker_has_taken_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[tuple[str, tuple[object, ...]]] = []
    monkeypatch.setattr(sending, "_silent_until", 0.0)
    monkeypatch.setattr(app, "send_task", lambda task, args, **how: sent.append((task, args)))
    broker._client.cache_clear()
    name = f"tests.nothing.{uuid.uuid4()}"
    enqueue(name, 1)
    enqueue(name, 1)
    enqueue(name, 2)
    assert sent == [(name, (1,)), (name, (2,))]
    broker.clear_queued(broker.message_key(name, [1]))
    enqueue(name, 1)
    assert sent[-1] == (name, (1,))
    assert len(sent) == 3


def test_while_somebody_is_at_it_nobody_is_woken_and_afterwards_it_is_news(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(sending, "_silent_until", 0.0)
    monkeypatch.setattr(app, "send_task", lambda task, args, **how: sent.append(task))
    broker._client.cache_clear()
    name = f"tests.nothing.{uuid.uuid4()}"
    with sending.suppressing_duplicates(name, 1) as still_at_it:
        enqueue(name, 1)
        still_at_it()
        enqueue(name, 1)
        assert sent == []
    enqueue(name, 1)
    assert sent == [name]


def test_work_goes_on_without_the_broker(away: pytest.MonkeyPatch) -> None:
    with (
        override_settings(REDIS_URL="redis://127.0.0.1:9/0"),
        sending.suppressing_duplicates("pbx.tasks.process_reports", 1) as still_at_it,
    ):
        still_at_it()
