"""A period of days in hotel local time."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

# The most days of a period.
LONGEST: Final = 366


@dataclass(frozen=True)
class Period:
    """The days from ``first`` to ``last``, both included, in hotel local time."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def days(self) -> list[date]:
        """Each day, in order."""
        count = (self.last - self.first).days + 1
        return [self.first + timedelta(days=number) for number in range(count)]

    @property
    def since(self) -> datetime:
        """The beginning of the first day, inclusive."""
        return self._begins(self.first)

    @property
    def until(self) -> datetime:
        """The beginning of the day after the last, exclusive."""
        return self._begins(self.last + timedelta(days=1))

    def _begins(self, day: date) -> datetime:
        """Midnight of ``day``; if the clocks skip it, the moment they do; of two, the first."""
        return datetime.combine(day, time.min, self.zone).astimezone(UTC)
