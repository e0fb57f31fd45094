"""Calls outside the dates of the stay: they need a confirmation."""

import datetime as dt

from hotelpbx.refusals import FieldFault, Refusal
from rooms.models import Property, Stay
from wakeups.models import WakeUpCall


class OutsideStay(Refusal):
    """The first occurrence lies after the departure, or before the arrival.

    :ivar due: when that would be; shown to the person who confirms it
    """

    def __init__(self, detail: str, due: dt.datetime) -> None:
        flag = FieldFault("/date", f"{detail} With outside_stay true it is set all the same.")
        super().__init__("validation_error", detail, "invalid", (flag,))
        self.due = due


def is_outside(stay: Stay, due: dt.datetime | None) -> bool:
    """Whether ``due`` is on none of the days of the stay; the departure is one of them."""
    if due is None:
        return False
    return not stay.arrival <= due.astimezone(stay.property.zone).date() <= stay.departure


def refuse_outside_stay(stay: Stay, due: dt.datetime) -> None:
    """Refuse a call outside the stay that nobody has confirmed."""
    if not is_outside(stay, due):
        return
    property_ = stay.property
    today, day = property_.local_now().date(), due.astimezone(property_.zone).date()
    bound = (
        f"after the departure on {day_in_words(stay.departure, today)}"
        if day > stay.departure
        else f"before the arrival on {day_in_words(stay.arrival, today)}"
    )
    detail = f"{in_words(due, property_)} is {bound}: choose another day, or change the stay first."
    raise OutsideStay(detail, due)


def open_outside(stay: Stay) -> list[WakeUpCall]:
    """Open calls of a stay in house that are due outside its present dates."""
    if stay.status != Stay.Status.IN_HOUSE:
        return []
    waiting = stay.wake_up_calls.filter(status__in=WakeUpCall.OPEN).order_by("due_at", "pk")
    return [call for call in waiting if is_outside(stay, call.due_at)]


def in_words(due: dt.datetime, property_: Property) -> str:
    """An instant in hotel local time, with its day in full: ``Fri 27 Nov, 06:30, today``."""
    local, today = due.astimezone(property_.zone), property_.local_now().date()
    near = {0: ", today", 1: ", tomorrow"}.get((local.date() - today).days, "")
    return f"{day_in_words(local.date(), today)}, {local:%H:%M}{near}"


def day_in_words(day: dt.date, today: dt.date | None = None) -> str:
    """``Fri 27 Nov``, with the year if it differs from ``today``'s."""
    year = f" {day.year}" if today is not None and day.year != today.year else ""
    return f"{day:%a} {day.day} {day:%b}{year}"
