"""The three weeks that are simulated, here and in ``bench/wake_up_week.py``."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Final

from tests.wakeups.week import calendar
from tests.wakeups.week.referee import Findings, review
from tests.wakeups.week.running import run

# Name → time zone, and the day in the middle: that on which the clocks change, if they do.
WEEKS: Final = {
    "spring": ("Europe/Berlin", date(2026, 3, 29)),
    "autumn": ("Europe/Berlin", date(2026, 10, 25)),
    "shanghai": ("Asia/Shanghai", date(2026, 5, 7)),
}


def live(
    name: str,
    *,
    seed: int,
    rooms: int,
    calls: int,
    folder: Path,
    on_step: Callable[[datetime], None] | None = None,
) -> Findings:
    """Generate a week, run it and review it. ``on_step`` is called at each moment."""
    zone, middle = WEEKS[name]
    script = calendar.write(seed, zone=zone, middle=middle, rooms=rooms, calls=calls)
    return review(run(script, folder, on_step))
