"""From wall-clock times to instants, and when an alarm may be placed (docs/wake-up-calls.md).

An alarm of the PBX has a time and no date: a ``onetime`` alarm rings when the PBX's clock next
shows it (T5). So each occurrence is placed separately, and not before the next HH:MM *is* the right
one.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

# How long after the previous HH:MM: its repetitions are over by then, and a PBX clock that is a
# little slow has passed it too.
MARGIN: Final = timedelta(minutes=45)
# An alarm that reaches the PBX less than this before it is due might ring a day late.
DEADLINE: Final = timedelta(seconds=5)
# From a ring until no report about it is expected any more.
RING_OUT: Final = timedelta(minutes=2)


def instant_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """When ``zone``'s clocks show ``at`` on ``day``, in UTC.

    A time that the clocks skip becomes the first minute that exists; of a time that comes twice
    it is the first.
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

    :param rings: from the first to the last ring; an equal alarm may exist until then
    """
    return min(_shown_before(due, zone) + max(MARGIN, rings + RING_OUT), due - MARGIN)


def _shown_before(due: datetime, zone: ZoneInfo) -> datetime:
    """When the clocks of ``zone`` last showed what they show at ``due``.

    In the night they go back that may be an hour before; so it is for the day after.
    """
    shown = due.astimezone(zone).replace(second=0, microsecond=0)
    days = (shown.date(), shown.date() - timedelta(days=1))
    walls = (datetime.combine(day, shown.time(), tzinfo=zone) for day in days)
    instants = (wall.replace(fold=fold).astimezone(UTC) for wall in walls for fold in (0, 1))
    return max(instant for instant in instants if instant < due)


def place_until(due: datetime, ahead: timedelta = timedelta()) -> datetime:
    """The last moment at which an alarm may reach the PBX.

    :param ahead: how far the PBX's clock is ahead of ours; it rings that much earlier
    """
    return due - DEADLINE - max(ahead, timedelta())


def last_ring(first: datetime, repeats: int, interval_minutes: int) -> datetime:
    """When the PBX rings for the last time, if ``repeats`` counts all rings (T6)."""
    return first + timedelta(minutes=(repeats - 1) * interval_minutes)


def last_report(due: datetime, repeats: int, interval_minutes: int) -> datetime:
    """When all rings are over, if ``repeats`` counts only those after the first (T6)."""
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
