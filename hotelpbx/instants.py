"""Instants and numbers as people give them, within what can be reckoned with."""

from datetime import date, datetime, tzinfo
from typing import Final

# As the API has it: at the ends of the calendar, a zone or a day more leads out of it.
EARLIEST: Final = 2000
LATEST: Final = 2100
# A number of more digits is in no column.
_MOST_DIGITS: Final = 18


def is_plausible_date(day: date) -> bool:
    """Whether a hotel can mean ``day``."""
    return EARLIEST <= day.year <= LATEST


def parse_instant(text: str, zone: tzinfo) -> datetime:
    """``2026-05-01T00:00``; without a zone of its own it is a time in ``zone``.

    :raises ValueError: it is no time, or out of every hotel's reach
    """
    given = datetime.fromisoformat(text)
    if not EARLIEST <= given.year <= LATEST:
        raise ValueError("out of reach")
    return given if given.tzinfo else given.replace(tzinfo=zone)


def parse_row_number(text: str) -> int | None:
    """The number of a row; None: ``text`` cannot be one."""
    fits = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    return int(text) if fits else None
