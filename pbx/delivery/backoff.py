"""How long to wait before the next attempt."""

import random
from datetime import timedelta
from typing import Final

# Short enough that all commands are delivered within 75 s after a fault has ended.
LONGEST: Final = 30.0


def delay(attempts: int) -> timedelta:
    """1, 2, 4 … 30 seconds after the first, second, third … attempt, with up to 20 % of jitter."""
    seconds = min(2.0 ** min(attempts - 1, 10), LONGEST)
    return timedelta(seconds=seconds * random.uniform(0.8, 1.0))  # noqa: S311 (no secret)
