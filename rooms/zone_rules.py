"""Whether PostgreSQL, which adds up the reports by day, knows a time zone as Python does."""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import DataError, connection, transaction

from hotelpbx.clock import now

# A year ahead, so that both halves of a year with two offsets are compared.
_STEPS: Final = 13
_STEP: Final = timedelta(days=30)

_OFFSETS: Final = """
SELECT extract(epoch FROM (instant AT TIME ZONE %s) - (instant AT TIME ZONE 'UTC'))::int
  FROM unnest(%s::timestamptz[]) WITH ORDINALITY AS given (instant, place) ORDER BY place
"""


def unknown_zone(name: str) -> str:
    """What is wrong with a zone that PostgreSQL does not know; empty: it does."""
    if _offsets(name, [now()]) is not None:
        return ""
    return (
        f'"{name}" is not known to the database, which counts the days of the reports: choose a '
        "place of the same time, or bring PostgreSQL's time zones up to date"
    )


def same_rules(name: str) -> bool:
    """Whether both have the same offsets from UTC for the year to come."""
    instants = [now() + _STEP * step for step in range(_STEPS)]
    zone = ZoneInfo(name)
    offsets = [each.astimezone(zone).utcoffset() or timedelta() for each in instants]
    return _offsets(name, instants) == [int(each.total_seconds()) for each in offsets]


def _offsets(name: str, instants: list[datetime]) -> list[int] | None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_OFFSETS, [name, instants])
            return [row[0] for row in cursor.fetchall()]
    except DataError:
        return None
