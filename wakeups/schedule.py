"""The date rule: from wall-clock times to instants, and when an alarm may be placed (design §4).

An alarm of the PBX has a time and no date: a ``onetime`` alarm rings the next time the PBX's
clock shows it (T5). So each occurrence is placed by itself, and only from the moment on when the
next HH:MM *is* the right one.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

# How long after the HH:MM before: its repeats are over, and a PBX clock that is a little behind
# has passed it too.
MARGIN: Final = timedelta(minutes=45)
# An alarm that reaches the PBX later than this before it is due might ring a day late.
DEADLINE: Final = timedelta(seconds=5)
# From the last ring to the moment when no report about it is expected any more.
RING_OUT: Final = timedelta(minutes=2)


def instant_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """When ``zone``'s clocks show ``at`` on ``day``, in UTC.

    A time that the clocks skip becomes the first minute that exists; of two equal ones it is
    the first (contract §6).
    """
    wall = datetime.combine(day, at.replace(second=0, microsecond=0), tzinfo=zone)
    instant = wall.astimezone(UTC)
    back = instant.astimezone(zone)
    if back.replace(tzinfo=None) == wall.replace(tzinfo=None):
        return instant
    return _end_of_gap(instant, zone)


def days_from(first: date, weekdays: list[str], until: date) -> Iterator[date]:
    """Every day from ``first`` to ``until`` (included) that is one of ``weekdays`` (none: all)."""
    day = first
    while day <= until:
        if not weekdays or WEEKDAYS[day.weekday()] in weekdays:
            yield day
        day += timedelta(days=1)


def pbx_time(due: datetime, zone: ZoneInfo) -> str:
    """What the PBX's clock shows at ``due``: ``HH:MM``."""
    return due.astimezone(zone).strftime("%H:%M")


def place_from(due: datetime, zone: ZoneInfo, rings: timedelta = timedelta()) -> datetime:
    """From when on an alarm placed on the PBX rings at ``due`` and not a day earlier.

    :param rings: from the first to the last ring; till then an equal alarm is still there
    """
    return min(_shown_before(due, zone) + max(MARGIN, rings + RING_OUT), due - MARGIN)


def _shown_before(due: datetime, zone: ZoneInfo) -> datetime:
    """When the clocks of ``zone`` last showed what they show at ``due``.

    In the night they go back that was an hour before, or is so for the day after.
    """
    shown = due.astimezone(zone).replace(second=0, microsecond=0)
    days = (shown.date(), shown.date() - timedelta(days=1))
    walls = (datetime.combine(day, shown.time(), tzinfo=zone) for day in days)
    instants = (wall.replace(fold=fold).astimezone(UTC) for wall in walls for fold in (0, 1))
    return max(instant for instant in instants if instant < due)


def place_until(due: datetime, ahead: timedelta = timedelta()) -> datetime:
    """The last moment at which an alarm may reach the PBX.

    :param ahead: how much the PBX's clock is ahead of ours; it rings so much earlier
    """
    return due - DEADLINE - max(ahead, timedelta())


def last_ring(first: datetime, repeats: int, interval_minutes: int) -> datetime:
    """When the PBX rings for the last time, by the shorter reading of ``repeats`` (T6)."""
    return first + timedelta(minutes=(repeats - 1) * interval_minutes)


def last_report(due: datetime, repeats: int, interval_minutes: int) -> datetime:
    """When it is over. ``repeats`` may count all rings or those after the first (T6): the later."""
    return due + timedelta(minutes=repeats * interval_minutes) + RING_OUT


def _end_of_gap(instant: datetime, zone: ZoneInfo) -> datetime:
    """The first instant after the clocks went forward, near ``instant``."""
    low, high = instant - timedelta(hours=3), instant + timedelta(hours=3)
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.replace(second=0, microsecond=0)
