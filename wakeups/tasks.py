"""Celery's entrance to the wake-up calls."""

from celery import shared_task

from wakeups import planning


@shared_task(name="wakeups.tasks.plan")
def plan() -> None:
    planning.plan()
