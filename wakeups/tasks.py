"""Celery's entrance to the wake-up calls."""

from celery import shared_task

from wakeups.alarms import planning
from wakeups.escalation import sweep


@shared_task(name="wakeups.tasks.plan")
def plan() -> None:
    planning.plan()


@shared_task(name="wakeups.tasks.watch")
def watch() -> None:
    sweep.sweep()
