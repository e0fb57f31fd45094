"""A chart of the link's last hour, by minute."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pbx.models import Pbx, Traffic

MINUTES: Final = 60
# In SVG units.
_BAR: Final = 8
_STEP: Final = 10
HEIGHT: Final = 100
WIDTH: Final = MINUTES * _STEP


@dataclass(frozen=True)
class Bar:
    """One minute: position of its bar, and its numbers."""

    minute: datetime
    requests: int
    errors: int
    x: int
    height: int
    error_height: int
    width: int = _BAR

    @property
    def y(self) -> int:
        """The top of the bar: y grows downwards."""
        return HEIGHT - self.height

    @property
    def error_y(self) -> int:
        """The top of the part for failed requests."""
        return HEIGHT - self.error_height


@dataclass(frozen=True)
class Chart:
    """The bars of an hour, oldest minute first."""

    bars: tuple[Bar, ...]
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def requests(self) -> int:
        return sum(bar.requests for bar in self.bars)

    @property
    def errors(self) -> int:
        return sum(bar.errors for bar in self.bars)

    @property
    def busiest(self) -> int:
        """The highest number of requests in a minute."""
        return max(bar.requests for bar in self.bars)

    @property
    def busy(self) -> list[Bar]:
        """The minutes with any request, latest first."""
        return [bar for bar in reversed(self.bars) if bar.requests]


def last_hour(pbx: Pbx, instant: datetime) -> Chart:
    """The sixty minutes up to the current one at ``instant``."""
    last = instant.replace(second=0, microsecond=0)
    first = last - timedelta(minutes=MINUTES - 1)
    rows = Traffic.objects.filter(pbx=pbx, minute__gte=first, minute__lte=last)
    return Chart(tuple(_bars(first, rows)))


def _bars(first: datetime, rows: Iterable[Traffic]) -> Iterable[Bar]:
    found = {row.minute: row for row in rows}
    most = max((row.requests for row in found.values()), default=0)
    for place in range(MINUTES):
        minute = first + timedelta(minutes=place)
        row = found.get(minute) or Traffic(minute=minute)
        yield Bar(
            minute,
            row.requests,
            row.errors,
            x=place * _STEP,
            height=_height(row.requests, most),
            error_height=_height(row.errors, most),
        )


def _height(number: int, most: int) -> int:
    """Proportional height; nonzero values are always visible."""
    return max(2, number * HEIGHT // most) if number else 0
