"""The days of a recurring wake-up call."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from wakeups.models import WakeUpCall
from wakeups.schedule import days_from, instant_of


def days_of(call: WakeUpCall) -> Iterator[date]:
    """Every day on which ``call`` is due, from its first on."""
    return days_from(call.date, list(call.weekdays), last_day(call))


def last_day(call: WakeUpCall) -> date:
    """The last day of ``call``: its own, else the departure; never before its first day."""
    if call.recurrence == WakeUpCall.Recurrence.ONCE:
        return call.date
    return call.until or max(_first_day(call), call.stay.departure)


def next_due(call: WakeUpCall, after: datetime) -> datetime | None:
    """The first occurrence later than ``after``, in UTC; None when none is left."""
    zone = call.property.zone
    # A skipped hour may move yesterday's occurrence past midnight.
    first = max(call.date, after.astimezone(zone).date() - timedelta(days=1))
    for day in days_from(first, list(call.weekdays), last_day(call)):
        due = instant_of(day, call.time, zone)
        if due > after:
            return due
    return None


def _first_day(call: WakeUpCall) -> date:
    return next(days_from(call.date, list(call.weekdays), call.date + timedelta(days=6)))
