"""A time from a spreadsheet without its format: a fraction of a day, with or without the date."""

import re
from typing import Final

# 46353.2708333 is a day of 2026 and 06:30; the day is ignored.
FRACTION: Final = re.compile(
    r"(?<![\w.:])(?:4\d{4}|0)?[.,](?P<digits>\d{4,})(?![\d.:,])|(?<![\w.:,])0[.,](?P<exact>125|375|625|875)(?![\d.:,])"
)
_DAY: Final = 1440
_DIGITS: Final = 17  # more are finer than a second


def minutes(digits: str) -> int | None:
    """Minutes since midnight; None: no minute of the clock."""
    digits = digits[:_DIGITS]
    exact = int(digits) / 10 ** len(digits) * _DAY
    nearest = round(exact)
    # The rounding error, and a second.
    allowed = 0.5 * _DAY / 10 ** len(digits) + 0.02
    return nearest % _DAY if abs(exact - nearest) <= min(allowed, 0.1) else None
