"""The Celery tasks of wake-up calls. Both run on a timer, and ``watch`` also after news."""

from celery import shared_task

from wakeups.alarms import do_not_disturb, planning
from wakeups.escalation import sweep


@shared_task(name="wakeups.tasks.plan")
def plan() -> None:
    """Suspend do-not-disturb for calls that are due soon, and place and verify alarms."""
    do_not_disturb.update_phones()
    planning.plan()


@shared_task(name="wakeups.tasks.watch")
def watch() -> None:
    """Take the next step of each occurrence that is due; nothing else runs the sweep."""
    sweep.sweep()
