"""What the worker does when both tasks of wake-up calls are due."""

from wakeups.alarms import do_not_disturb, planning
from wakeups.escalation import sweep


def watch_and_plan() -> int:
    """Returns how many calls were placed or verified."""
    do_not_disturb.update_phones()
    sweep.sweep()
    return planning.plan()
