"""Who is charged how much, computed from the rules alone, in integers and fractions.

The rules are those of docs/rating.md and docs/attribution.md.
"""

from datetime import datetime
from fractions import Fraction
from typing import Final

from bench.soaking.guests import Hold
from bench.soaking.hotel import EDITIONS, OUTSIDE, WINDOW, ZONE, Edition, Price, second

_WEEK: Final = "mon", "tue", "wed", "thu", "fri", "sat", "sun"
_BEGINS: Final = {edition: second(edition.begins) for edition in EDITIONS}


def cents(amount: Fraction) -> int:
    """Rounded half up, for amounts that are not negative."""
    return int(amount * 100 + Fraction(1, 2))


def price_of_call(tariff: str, dialed: str, began: int, talked: int) -> int | None:
    """The price in cents; None if no rate covers the call."""
    edition = max(
        (each for each in EDITIONS if each.name == tariff and _BEGINS[each] <= began),
        key=_BEGINS.__getitem__,
    )
    price = _price(edition, _strip_outside_line(dialed), began)
    if talked == 0:
        return 0
    if price is None:
        return None
    if talked <= price.free:
        return 0
    billed = price.first
    while billed < talked:
        billed += price.step
    whole = Fraction(price.fee) + Fraction(billed, 60) * Fraction(price.minute)
    return cents(whole * edition.factor)


def _strip_outside_line(dialed: str) -> str:
    for prefix in sorted(OUTSIDE, key=len, reverse=True):
        if dialed.startswith(prefix):
            return dialed[len(prefix) :]
    return dialed


def _price(edition: Edition, number: str, began: int) -> Price | None:
    fitting = [
        price
        for price in edition.prices
        if number.startswith(price.prefix) and minute_of_week(began) in hours(price.band)
    ]
    return max(fitting, key=lambda price: len(price.prefix), default=None)


def minute_of_week(instant: int) -> int:
    """Minutes since Monday 00:00, in hotel local time."""
    local = datetime.fromtimestamp(instant, ZONE)
    return (local.weekday() * 24 + local.hour) * 60 + local.minute


_hours: dict[tuple[str, str, str], frozenset[int]] = {}


def hours(band: tuple[str, str, str]) -> frozenset[int]:
    """Every minute of the week that a band covers."""
    if band not in _hours:
        days, start, end = band
        first, last = _minutes(start), _minutes(end)
        length = last - first if last > first else last - first + 24 * 60
        _hours[band] = frozenset(
            (day * 24 * 60 + first + minute) % (7 * 24 * 60)
            for day in _days(days)
            for minute in range(length)
        )
    return _hours[band]


def _minutes(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def _days(text: str) -> list[int]:
    found: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        found += range(_WEEK.index(first), _WEEK.index(last or first) + 1)
    return found


def paying_stay_of_call(holds: list[Hold], began: int) -> str | None:
    """The stay that pays for a call in a room with these holds; None: unclaimed."""
    present = _present(holds, began)
    if present:
        return present.stay
    left = _left(holds, began)
    return left.stay if left else None


def paying_stay_of_entry(holds: list[Hold], began: int) -> str | None:
    """The same for a minibar entry; soon after a change of guests a person decides."""
    present, left = _present(holds, began), _left(holds, began)
    changed = present and left and left.stay != present.stay and present.since >= left.until
    return None if changed else paying_stay_of_call(holds, began)


def _present(holds: list[Hold], instant: int) -> Hold | None:
    here = [hold for hold in holds if hold.since <= instant <= hold.until]
    return min(here, key=lambda hold: hold.since, default=None)


def _left(holds: list[Hold], instant: int) -> Hold | None:
    gone = [hold for hold in holds if instant - WINDOW <= hold.until < instant]
    return max(gone, key=lambda hold: hold.until, default=None)
