"""Enqueue Celery tasks.

A task only triggers work that is stored in PostgreSQL, and periodic sweeps do what a lost message
has left. So an unavailable broker costs a few seconds and nothing else, and of equal messages that
no worker has taken yet one is enough.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from celery.signals import task_prerun
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from hotelpbx.task_queue import broker

log = logging.getLogger(__name__)

# After a failure the front desk must not wait for Redis again at each click.
_PAUSE_AFTER_FAILURE: Final = 5.0
_silent_until = 0.0


def enqueue_on_commit(task: str, *args: object) -> None:
    """Enqueue ``task`` once the current transaction is committed; never raises."""
    transaction.on_commit(lambda: enqueue(task, *args))


def enqueue_later(seconds: float, task: str, *args: object) -> None:
    """Enqueue ``task`` to run after ``seconds``; never raises."""
    _send(task, args, countdown=seconds)


def enqueue(task: str, *args: object) -> None:
    """Enqueue ``task`` (the name of a Celery task) now; never raises."""
    _send(task, args)


@contextmanager
def suppressing_duplicates(task: str, *args: object) -> Iterator[Callable[[], None]]:
    """Suppress messages for ``task`` inside the block, because its work is in progress.

    After the block the caller must check once more for work that was added meanwhile: from then on
    messages are sent again. Yields a function that must be called every few seconds.
    """
    key = broker.message_key(task, args)
    broker.mark_queued(key)
    try:
        yield lambda: broker.mark_queued(key)
    finally:
        broker.clear_queued(key)


@task_prerun.connect
def clear_duplicate_mark(task: Any, args: list[object], **kwargs: Any) -> None:
    """Let an equal message be sent again: this one has been taken by a worker."""
    broker.clear_queued(broker.message_key(task.name, args))


def _send(task: str, args: tuple[object, ...], countdown: float | None = None) -> None:
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    from hotelpbx.celery import app  # the Celery application needs settings

    later = f"{task} later" if countdown else task
    try:
        # Checked first, because Celery itself would try for seconds to reach an unavailable broker.
        if broker.try_mark_queued(broker.message_key(later, args)):
            app.send_task(task, args=args, retry=False, expires=60, countdown=countdown)
        return
    except (OperationalError, RedisError, OSError) as fault:
        log.warning("A task could not be enqueued: %s", type(fault).__name__)
    _silent_until = time.monotonic() + _PAUSE_AFTER_FAILURE
    log.warning("The broker is away: the periodic sweep will do the work.")
