"""A chart of daily figures: stacked bars in SVG units."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from billing.analytics import AnalyticsReport

WIDTH: Final = 720
HEIGHT: Final = 260
# Space for the numbers on the left and the dates below.
_LEFT: Final = 96
_TOP: Final = 12
_BOTTOM: Final = 36
_TICKS: Final = 4
_DATES: Final = 5


@dataclass(frozen=True)
class Piece:
    """One color of a bar. ``place``: index of its column."""

    place: int
    y: float
    height: float


@dataclass(frozen=True)
class Bar:
    """One day. ``words``: its value for screen readers; ``date``: empty if not labeled."""

    x: float
    width: float
    pieces: tuple[Piece, ...]
    words: str
    middle: float
    date: str


@dataclass(frozen=True)
class Tick:
    """A grid line and its number."""

    y: float
    words: str
    is_zero: bool


@dataclass(frozen=True)
class Chart:
    """The chart. ``keys``: headings of the stacked columns, in the order of their colors."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    keys: tuple[str, ...]
    words: str
    unit: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    bottom: int = HEIGHT - _BOTTOM


def chart_of(report: AnalyticsReport, digits: int, unit: str) -> Chart | None:
    """A report by day as a chart; None if there is nothing to show.

    :param digits: decimals of money
    :param unit: after amounts; empty if the bars are not money
    """
    columns = [column for column in report.columns if column.is_bar]
    decimals = digits if unit else 0
    days = [
        (line.key, [Decimal(line.figures[column.name]) for column in columns])
        for line in report.lines
    ]
    scale = _Scale.of([values for _, values in days])
    if scale is None:
        return None
    sums = [(sum(values), day) for day, values in days]
    most, best = max(sums)
    number = f"{most:,.{decimals}f} {unit}".strip()
    words = (
        f"{' and '.join(column.heading.lower() for column in columns)} by day; "
        f"the most, {number}, on {best:%Y-%m-%d}"
    )
    return Chart(
        bars=tuple(_bars(days, scale, decimals, unit)),
        ticks=tuple(scale.ticks(decimals)),
        keys=tuple(column.heading for column in columns),
        words=words[:1].upper() + words[1:],
        unit=unit,
    )


@dataclass(frozen=True)
class _Scale:
    """From ``low`` at the bottom to ``high`` at the top, a line at every ``step``."""

    low: Decimal
    high: Decimal
    step: Decimal

    @classmethod
    def of(cls, days: Sequence[Sequence[Decimal]]) -> "_Scale | None":
        zero = Decimal(0)
        top = max((sum((each for each in day if each > 0), zero) for day in days), default=zero)
        bottom = min((sum((each for each in day if each < 0), zero) for day in days), default=zero)
        if top == bottom:
            return None
        step = _round_step((top - bottom) / _TICKS)
        return cls(_down(bottom, step), -_down(-top, step), step)

    def y(self, value: Decimal) -> float:
        """The y coordinate of ``value``."""
        share = (self.high - value) / (self.high - self.low)
        return round(_TOP + float(share) * (HEIGHT - _TOP - _BOTTOM), 2)

    def ticks(self, decimals: int) -> Iterator[Tick]:
        decimals = 0 if self.step == self.step.to_integral_value() else decimals
        value = self.low
        while value <= self.high:
            yield Tick(self.y(value), f"{value:,.{decimals}f}", not value)
            value += self.step


def _down(value: Decimal, step: Decimal) -> Decimal:
    """The multiple of ``step`` at or below ``value``."""
    return (value / step).to_integral_value("ROUND_FLOOR") * step


def _round_step(rough: Decimal) -> Decimal:
    """1, 2 or 5 times a power of ten, not less than ``rough``."""
    power = Decimal(1).scaleb(rough.adjusted())
    return next(power * each for each in (1, 2, 5, 10) if power * each >= rough)


def _bars(
    days: Sequence[tuple[date, list[Decimal]]], scale: _Scale, decimals: int, unit: str
) -> Iterator[Bar]:
    slot = (WIDTH - _LEFT) / len(days)
    every = -(-len(days) // _DATES)
    for place, (day, values) in enumerate(days):
        number = f"{sum(values):,.{decimals}f} {unit}".strip()
        yield Bar(
            x=round(_LEFT + slot * (place + 0.1), 2),
            width=round(slot * 0.8, 2),
            pieces=tuple(_pieces(values, scale)),
            words=f"{day:%Y-%m-%d}: {number}",
            middle=round(_LEFT + slot * (place + 0.5), 2),
            date=f"{day.day} {day:%b}" if place % every == 0 else "",
        )


def _pieces(values: Sequence[Decimal], scale: _Scale) -> Iterator[Piece]:
    """Positive values are stacked upwards, negative ones downwards."""
    up = down = Decimal(0)
    for place, value in enumerate(values):
        if value > 0:
            top, bottom = up + value, up
            up = top
        else:
            top, bottom = down, down + value
            down = bottom
        if value:
            y = scale.y(top)
            yield Piece(place, y, round(max(scale.y(bottom) - y, 0.5), 2))
