"""Celery's entrance to the log."""

import time
from typing import Final

from celery import shared_task

from events import log
from hotelpbx.task_queue.sending import suppressing_duplicates

# Seconds in which a busy hotel's events gather, so that not each of them costs a message.
_GATHER: Final = 0.2


@shared_task(name="events.tasks.number_events")
def number_events() -> None:
    """Number what waits at once, and what comes soon after together."""
    with suppressing_duplicates("events.tasks.number_events"):
        if log.number_events():
            time.sleep(_GATHER)
    log.number_events()
