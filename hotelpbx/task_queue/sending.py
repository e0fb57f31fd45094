"""Wake-up messages to the workers.

A message is only a nudge: what is to be done stands in PostgreSQL, and beat sweeps what a lost
message left behind. So a broker that is away costs a few seconds and nothing else, and of equal
messages that nobody has taken yet one is enough.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from hotelpbx.task_queue import broker

log = logging.getLogger(__name__)

# After a failure the desk does not wait for Redis again at each click.
_PAUSE_AFTER_FAILURE: Final = 5.0
_silent_until = 0.0


def enqueue_on_commit(task: str, *args: object) -> None:
    """Send ``task`` once the present transaction is committed; never raises."""
    transaction.on_commit(lambda: enqueue(task, *args))


def enqueue_later(seconds: float, task: str, *args: object) -> None:
    """Send ``task`` so that it is done after a while; never raises."""
    _send(task, args, countdown=seconds)


def enqueue(task: str, *args: object) -> None:
    """Send ``task`` (a Celery task's name) now, if the broker is there; never raises."""
    _send(task, args)


@contextmanager
def suppressing_duplicates(task: str, *args: object) -> Iterator[Callable[[], None]]:
    """Spare others the message while what it asks for is being done anyway.

    Whoever does it must look once more *after* the block for what came meanwhile: from then on
    each wake-up is news again. Yields what is to be called every few seconds.
    """
    key = broker.message_key(task, args)
    broker.mark_queued(key)
    try:
        yield lambda: broker.mark_queued(key)
    finally:
        broker.clear_queued(key)


def _send(task: str, args: tuple[object, ...], countdown: float | None = None) -> None:
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    from hotelpbx.celery import app  # the Celery application needs settings

    later = f"{task} later" if countdown else task
    try:
        # Asked first because Celery itself would try for seconds to reach a broker that is away.
        if broker.try_mark_queued(broker.message_key(later, args)):
            app.send_task(task, args=args, retry=False, expires=60, countdown=countdown)
        return
    except (OperationalError, RedisError, OSError) as fault:
        log.warning("Waking the workers failed: %s", type(fault).__name__)
    _silent_until = time.monotonic() + _PAUSE_AFTER_FAILURE
    log.warning("The broker is away: the sweep will do it.")
