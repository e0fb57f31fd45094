"""A guest's request, before it is a wake-up call: defaults and validation."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Final

from hotelpbx.clock import now
from hotelpbx.instants import EARLIEST, LATEST, is_plausible_date
from hotelpbx.refusals import Refusal, invalid
from rooms.models import Property
from wakeups.models import WakeUpCall
from wakeups.schedule import WEEKDAYS, days_from, instant_of
from wakeups.settings import settings_of

Recurrence = WakeUpCall.Recurrence

MAX_INTERVAL: Final = 60  # minutes


@dataclass(frozen=True)
class WakeUpRequest:
    """What a guest asks for. ``repeats`` and ``repeat_interval``: None for the hotel's defaults.

    :param date: the first day; None: the day on which the time comes next
    :param until: the last day of a recurring call; None: the day of departure
    :param weekdays: of ``mon`` … ``sun``, for recurrence ``weekdays``
    """

    date: dt.date | None
    time: dt.time
    recurrence: str = Recurrence.ONCE
    weekdays: tuple[str, ...] = ()
    until: dt.date | None = None
    repeats: int | None = None
    repeat_interval: int | None = None
    confirm: bool = False


def complete(property_: Property, request: WakeUpRequest) -> WakeUpRequest:
    """The request with its day and the hotel's defaults filled in; refused if it is invalid."""
    repeats, interval = _ringing(property_, request)
    _refuse_implausible_dates(request)
    first = request.date or next_day(property_, request.time)
    if request.recurrence not in Recurrence.values:
        raise invalid("/recurrence", "Choose once, daily or weekdays.")
    if request.recurrence == Recurrence.WEEKDAYS:
        if not request.weekdays or any(day not in WEEKDAYS for day in request.weekdays):
            raise invalid("/weekdays", "Name days among mon tue wed thu fri sat sun.")
    elif request.weekdays:
        raise invalid("/weekdays", "Days belong to recurrence weekdays only.")
    if request.until is not None and request.recurrence == Recurrence.ONCE:
        raise invalid("/until", "A last day belongs to a recurring call only.")
    if request.until is not None and request.until < first:
        raise invalid("/until", "The last day is before the first.")
    if request.until is not None and request.until > first + dt.timedelta(days=366):
        raise invalid("/until", "The last day is more than a year after the first.")
    if not 1 <= repeats <= 3:
        raise invalid("/repeats", "The PBX rings 1 to 3 times.")
    if not 1 <= interval <= MAX_INTERVAL:
        raise invalid("/repeat_interval", f"Choose 1 to {MAX_INTERVAL} minutes.")
    weekdays = tuple(day for day in WEEKDAYS if day in request.weekdays)
    _refuse_empty_weekdays(first, weekdays, request.until)
    return replace(
        request, date=first, repeats=repeats, repeat_interval=interval, weekdays=weekdays
    )


def next_day(property_: Property, time: dt.time) -> dt.date:
    """The day on which ``time`` comes next in the hotel: after midnight, 06:30 is today."""
    today = property_.local_now().date()
    passed = instant_of(today, time, property_.zone) <= now()
    return today + dt.timedelta(days=1) if passed else today


def _refuse_empty_weekdays(
    first: dt.date, weekdays: tuple[str, ...], until: dt.date | None
) -> None:
    """Refuse days of the week if none of them comes up to the last day."""
    if until is None or next(days_from(first, list(weekdays), until), None):
        return
    names = " or ".join(day.capitalize() for day in weekdays)
    raise invalid(
        "/weekdays",
        f"There is no {names} from {first:%a} {first} to {until:%a} {until}: "
        "choose other days, or a later last day.",
    )


def _refuse_implausible_dates(request: WakeUpRequest) -> None:
    for name, day in (("date", request.date), ("until", request.until)):
        if day is not None and not is_plausible_date(day):
            raise invalid(f"/{name}", f"Choose a day between {EARLIEST} and {LATEST}.")


def _ringing(property_: Property, request: WakeUpRequest) -> tuple[int, int]:
    """How often it rings, and how many minutes apart."""
    repeats, interval = request.repeats, request.repeat_interval
    if repeats is not None and interval is not None:
        return repeats, interval
    defaults = settings_of(property_)
    return (
        defaults.repeats if repeats is None else repeats,
        defaults.repeat_interval if interval is None else interval,
    )


def refuse_past(property_: Property, request: WakeUpRequest) -> None:
    """Refuse a request whose time has passed for every guest."""
    first = request.date or next_day(property_, request.time)
    last = first if request.recurrence == Recurrence.ONCE else request.until
    if last is None:
        return  # depends on the departure
    days = days_from(first, list(request.weekdays), last)
    if not any(instant_of(day, request.time, property_.zone) > now() for day in days):
        raise in_past(request.time, last)


def in_past(time: dt.time, day: dt.date) -> Refusal:
    """The refusal of a request whose time has passed."""
    return Refusal("wake_up_in_past", f"{time:%H:%M} on {day} has passed: choose a later time.")
