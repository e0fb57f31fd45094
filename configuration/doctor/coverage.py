"""Checks that every number a route allows has a price at every hour.

The search is exact, not by samples: a number is extended digit by digit only as long as a further
digit can still change its price, that is, while it is shorter than the outside-line digits or the
prefix of a rate that begins with it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from billing.rating import Tariff, normalize_number
from billing.rating.bands import DAY, WEEK, WEEKDAYS
from configuration.doctor.patterns import DialPattern, Rest

Interval = tuple[int, int]

_DAYS: Final = {day: name.capitalize() for day, name in enumerate(WEEKDAYS)}


@dataclass(frozen=True)
class Gap:
    """Numbers without a price.

    :ivar dialed: their first digits, as the guest dials them and the PBX reports them (T10)
    :ivar whole: only this number, and no longer one
    :ivar beginning: an open pattern allows it although it is only a prefix of
        numbers that have prices, such as ``90`` where ``900`` and ``901`` are priced
    :ivar hours: when; minutes since Monday 00:00 in hotel local time, the end exclusive
    """

    dialed: str
    is_complete_number: bool
    is_prefix: bool
    hours: Interval

    def __str__(self) -> str:
        what = (
            f"number {self.dialed}"
            if self.is_complete_number
            else f"numbers beginning with {self.dialed}"
        )
        if not self.dialed:
            what = "every number"
        return what if self.hours == (0, WEEK) else f"{what} ({_hours(self.hours)})"


def gaps(pattern: DialPattern, tariff: Tariff) -> Iterator[Gap]:
    """What ``pattern`` allows and ``tariff`` has no price for, shortest prefixes first."""
    prices = _Prices(tariff)
    waiting = [""]
    while waiting:
        following: list[str] = []
        for dialed in waiting:
            is_uniform = prices.is_uniform(dialed)
            if is_uniform or pattern.complete(dialed):
                yield from _gap(pattern, prices, dialed, is_uniform)
            if not is_uniform:
                following += [dialed + digit for digit in pattern.next_characters(dialed)]
        waiting = following


def _gap(pattern: DialPattern, prices: "_Prices", dialed: str, is_uniform: bool) -> Iterator[Gap]:
    if is_uniform:
        dialed = max(dialed, pattern.literal, key=len)  # one is a prefix of the other
    is_complete_number = not is_uniform or not pattern.next_characters(dialed)
    hours = prices.unpriced_hours(dialed)
    # Only the outside-line digits: no number is called.
    if hours is not None and not (is_complete_number and not prices.number(dialed)):
        is_prefix = not is_uniform and pattern.rest is not Rest.NOTHING
        yield Gap(dialed, is_complete_number, is_prefix, hours)


class _Prices:
    """A tariff, queried by the first digits of numbers."""

    def __init__(self, tariff: Tariff) -> None:
        self._tariff = tariff

    def is_uniform(self, dialed: str) -> bool:
        """Whether all numbers that begin with ``dialed`` have the same price, or none has one."""
        if any(strip != dialed and strip.startswith(dialed) for strip in self._strips):
            return False
        return self.number(dialed) not in self._longer_prefixes

    def number(self, dialed: str) -> str:
        """The number by which the price is looked up."""
        return normalize_number(dialed, self._strips)

    def unpriced_hours(self, dialed: str) -> Interval | None:
        """The first hours of the week without a price for ``dialed``; None: there are none."""
        number = self.number(dialed)
        intervals: list[Interval] = []
        for length in range(len(number) + 1):
            intervals += self._hours_of.get(number[:length], ())
        return _first_gap(intervals)

    @cached_property
    def _strips(self) -> tuple[str, ...]:
        return tuple(self._tariff.strip_prefixes)

    @cached_property
    def _longer_prefixes(self) -> frozenset[str]:
        """Every proper prefix of a rate's prefix."""
        return frozenset(
            rate.prefix[:length]
            for rate in self._tariff.rates
            for length in range(len(rate.prefix))
        )

    @cached_property
    def _hours_of(self) -> dict[str, list[Interval]]:
        found: dict[str, list[Interval]] = {}
        for rate in self._tariff.rates:
            found.setdefault(rate.prefix, []).extend(rate.band.week_intervals())
        return found


def _first_gap(intervals: list[Interval]) -> Interval | None:
    reach = 0
    for begin, end in sorted(intervals):
        if begin > reach:
            return reach, begin
        reach = max(reach, end)
    return (reach, WEEK) if reach < WEEK else None


def _hours(hours: Interval) -> str:
    begin, end = hours
    return f"{_clock(begin)} to {_clock(end)}"


def _clock(minute: int) -> str:
    """``Mon 08:00``; the end of a day is written ``Sun 24:00``."""
    day, rest = divmod(minute, DAY)
    if minute == WEEK:
        day, rest = day - 1, DAY
    return f"{_DAYS[day]} {rest // 60:02}:{rest % 60:02}"
