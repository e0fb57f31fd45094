"""Parse instants and numbers from user input, within sensible limits."""

from datetime import date, datetime, tzinfo
from typing import Final

# As in the API. Near the limits of the calendar, adding a zone's offset or a day would overflow.
EARLIEST: Final = 2000
LATEST: Final = 2100
# No database column holds more digits.
_MOST_DIGITS: Final = 18


def is_plausible_date(day: date) -> bool:
    """Whether ``day`` is within the supported years."""
    return EARLIEST <= day.year <= LATEST


def parse_instant(text: str, zone: tzinfo) -> datetime:
    """``2026-05-01T00:00`` as an instant; without an offset it is in ``zone``.

    :raises ValueError: not a time, or outside the supported years
    """
    given = datetime.fromisoformat(text)
    if not EARLIEST <= given.year <= LATEST:
        raise ValueError("out of reach")
    return given if given.tzinfo else given.replace(tzinfo=zone)


def parse_row_number(text: str) -> int | None:
    """The number (primary key) of a row; None if ``text`` cannot be one."""
    fits = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    return int(text) if fits else None
