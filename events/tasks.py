"""Celery tasks of the event log."""

import time
from typing import Final

from celery import shared_task

from events import log
from hotelpbx.task_queue.sending import suppressing_duplicates

# Seconds to wait for further events of a busy hotel, so that not each of them needs a task.
_DELAY: Final = 0.2


@shared_task(name="events.tasks.number_events")
def number_events() -> None:
    """Number the waiting events at once, and those of the next moment together."""
    with suppressing_duplicates("events.tasks.number_events"):
        if log.number_events():
            time.sleep(_DELAY)
    log.number_events()
