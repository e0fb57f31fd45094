"""The order in which people count rooms, floors and extensions."""

import re
from typing import Final

_DIGITS: Final = re.compile(r"([0-9]+)")


def natural(number: str) -> tuple[tuple[int, int, str], ...]:
    """Sorts 9 before 10, and 201 before 201A before 202."""
    parts = _DIGITS.split(number.upper())
    return tuple(
        (0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part)
        for part in parts
        if part
    )
