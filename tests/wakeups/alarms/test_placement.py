"""From when on an alarm may be placed, also one that is the backup for a person."""

from typing import Final

import pytest

from rooms.models import Property
from tests.house import at
from wakeups.alarms.placement import is_placeable
from wakeups.models import WakeUpCall

VIP: Final = 7

# (due, minutes after which the PBX steps in for a person, or None, moment, may be placed)
TABLE: Final = {
    "the evening before": ("2026-03-11 06:00:00", None, "2026-03-10 19:00:00", True),
    "the same time of the day before": ("2026-03-11 06:00:00", None, "2026-03-10 06:00:00", False),
    "… has just passed": ("2026-03-11 06:00:00", None, "2026-03-10 06:44:00", False),
    "… long enough": ("2026-03-11 06:00:00", None, "2026-03-10 06:45:00", True),
    "ten minutes later for a VIP": ("2026-03-11 06:00:00", 10, "2026-03-10 06:54:00", False),
    "… whose alarm is another": ("2026-03-11 06:00:00", 10, "2026-03-10 06:55:00", True),
    "whom the PBX never rings": ("2026-03-11 06:00:00", 0, "2026-03-10 06:45:00", True),
    # 01:59; ten minutes later it is 03:09, which Saturday's clocks show as well.
    "clocks go forward": ("2026-03-29 00:59:00", None, "2026-03-28 01:44:00", True),
    "… between due and backup: 03:09 on Saturday is to come": (
        "2026-03-29 00:59:00",
        10,
        "2026-03-28 02:08:00",
        False,
    ),
    "… and has passed": ("2026-03-29 00:59:00", 10, "2026-03-28 02:54:00", True),
    # 02:30, the first time; an hour later it is 02:30 again.
    "clocks go back between due and backup: it would ring at once": (
        "2026-10-25 00:30:00",
        60,
        "2026-10-25 00:29:00",
        False,
    ),
    "… but the desk is told": ("2026-10-25 00:30:00", 60, "2026-10-25 00:30:00", True),
}


@pytest.mark.parametrize(("due", "backup", "moment", "may"), TABLE.values(), ids=TABLE)
def test_an_alarm_is_placed_when_the_next_such_time_is_its_own(
    due: str, backup: int | None, moment: str, may: bool
) -> None:
    call = WakeUpCall(
        property=Property(timezone="Europe/Berlin"),
        stay_id=VIP,
        due_at=at(due),
        repeats=2,
        repeat_interval=5,
    )
    by_person = {} if backup is None else {VIP: backup}
    assert is_placeable(call, at(moment), by_person) is may
