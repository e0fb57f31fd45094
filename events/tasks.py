"""Celery's entrance to the log."""

from celery import shared_task

from events import log


@shared_task(name="events.tasks.number_events")
def number_events() -> None:
    log.number_events()
