"""Is there a price for every number that a route lets through, at every hour?

Found out exactly, not by trial: a number is followed digit by digit only as long as a further
digit can still change its price, that is while outside-line digits or a rate's prefix begin with
more digits than there are.
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

    :ivar dialled: their beginning, as the guest dials it and the PBX reports it (T10)
    :ivar whole: just this number, and none that is longer
    :ivar beginning: an open pattern lets it through although it is only the beginning of
        numbers that have prices, such as ``90`` where ``900`` and ``901`` are priced
    :ivar hours: when; minutes since Monday 00:00 in property time, the end exclusive
    """

    dialled: str
    is_complete_number: bool
    is_prefix: bool
    hours: Interval

    def __str__(self) -> str:
        what = (
            f"number {self.dialled}"
            if self.is_complete_number
            else f"numbers beginning with {self.dialled}"
        )
        if not self.dialled:
            what = "every number"
        return what if self.hours == (0, WEEK) else f"{what} ({_hours(self.hours)})"


def gaps(pattern: DialPattern, tariff: Tariff) -> Iterator[Gap]:
    """What ``pattern`` lets through and ``tariff`` has no price for, shortest beginnings first."""
    prices = _Prices(tariff)
    waiting = [""]
    while waiting:
        following: list[str] = []
        for dialled in waiting:
            is_uniform = prices.is_uniform(dialled)
            if is_uniform or pattern.complete(dialled):
                yield from _gap(pattern, prices, dialled, is_uniform)
            if not is_uniform:
                following += [dialled + digit for digit in pattern.next_characters(dialled)]
        waiting = following


def _gap(pattern: DialPattern, prices: "_Prices", dialled: str, is_uniform: bool) -> Iterator[Gap]:
    if is_uniform:
        dialled = max(dialled, pattern.literal, key=len)  # the one begins with the other
    is_complete_number = not is_uniform or not pattern.next_characters(dialled)
    hours = prices.unpriced_hours(dialled)
    # Only the digits for an outside line: nobody is called.
    if hours is not None and not (is_complete_number and not prices.number(dialled)):
        is_prefix = not is_uniform and pattern.rest is not Rest.NOTHING
        yield Gap(dialled, is_complete_number, is_prefix, hours)


class _Prices:
    """A tariff, asked about beginnings of numbers."""

    def __init__(self, tariff: Tariff) -> None:
        self._tariff = tariff

    def is_uniform(self, dialled: str) -> bool:
        """Whether all numbers that begin with ``dialled`` have the same price or none."""
        if any(strip != dialled and strip.startswith(dialled) for strip in self._strips):
            return False
        return self.number(dialled) not in self._longer_prefixes

    def number(self, dialled: str) -> str:
        """What the price is looked up by."""
        return normalize_number(dialled, self._strips)

    def unpriced_hours(self, dialled: str) -> Interval | None:
        """The first hours of the week at which ``dialled`` has no price; None: there are none."""
        number = self.number(dialled)
        intervals: list[Interval] = []
        for length in range(len(number) + 1):
            intervals += self._hours_of.get(number[:length], ())
        return _first_gap(intervals)

    @cached_property
    def _strips(self) -> tuple[str, ...]:
        return tuple(self._tariff.strip_prefixes)

    @cached_property
    def _longer_prefixes(self) -> frozenset[str]:
        """Every beginning of a rate's prefix that is shorter than the prefix."""
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
    """``Mon 08:00``; the end of a day belongs to it: ``Sun 24:00``."""
    day, rest = divmod(minute, DAY)
    if minute == WEEK:
        day, rest = day - 1, DAY
    return f"{_DAYS[day]} {rest // 60:02}:{rest % 60:02}"
