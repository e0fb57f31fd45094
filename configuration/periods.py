"""Periods as people enter them, in hotel local time."""

from datetime import datetime, timedelta

from hotelpbx.instants import parse_instant
from rooms.models import Property


def last_month(property_: Property) -> tuple[datetime, datetime]:
    """The previous calendar month: its first instant and that of the next month."""
    first = property_.local_now().replace(day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)
    return (first - timedelta(days=1)).replace(day=1), first


def instant_given(property_: Property, text: str) -> datetime:
    """``2026-05-01T00:00``; without a zone it is hotel time.

    :raises ValueError: it is not a time
    """
    return parse_instant(text, property_.zone)
