"""Some days of a hotel."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

# Days of one report.
LONGEST: Final = 366


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both included, as the hotel's walls have them."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def days(self) -> list[date]:
        """Each day, the first first."""
        count = (self.last - self.first).days + 1
        return [self.first + timedelta(days=number) for number in range(count)]

    @property
    def since(self) -> datetime:
        """The instant at which the first day begins; that day belongs to the period."""
        return self._begins(self.first)

    @property
    def until(self) -> datetime:
        """The instant at which the day after the last begins; it does not belong to the period."""
        return self._begins(self.last + timedelta(days=1))

    def _begins(self, day: date) -> datetime:
        """A midnight that the clocks skip is the moment at which they do; of two, the first."""
        return datetime.combine(day, time.min, self.zone).astimezone(UTC)
