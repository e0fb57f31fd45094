"""Wake-up messages to the workers.

A message is only a nudge: what is to be done stands in PostgreSQL, and beat sweeps what a lost
message left behind. So a broker that is away costs a few seconds and nothing else.
"""

import logging
import time
from typing import Final

from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from hotelpbx import broker

log = logging.getLogger(__name__)

# After a failure the desk does not wait for Redis again at each click.
_PAUSE_AFTER_FAILURE: Final = 5.0
_silent_until = 0.0


def wake_on_commit(task: str, *args: object) -> None:
    """Send ``task`` once the present transaction is committed; never raises."""
    transaction.on_commit(lambda: wake(task, *args))


def wake(task: str, *args: object) -> None:
    """Send ``task`` (a Celery task's name) now, if the broker is there; never raises."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    from hotelpbx.celery import app  # the Celery application needs settings

    try:
        # Celery itself would try for seconds.
        if broker.answers():
            app.send_task(task, args=args, retry=False, expires=60)
            return
    except (OperationalError, RedisError, OSError) as fault:
        log.warning("Waking the workers failed: %s", type(fault).__name__)
    _silent_until = time.monotonic() + _PAUSE_AFTER_FAILURE
    log.warning("The broker is away: the sweep will do it.")
