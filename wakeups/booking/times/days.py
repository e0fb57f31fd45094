"""A day named beside a time; it is compared with the day on which the call would ring."""

import datetime as dt
import re
from typing import Final

_WORDS: Final = (
    (
        "the day after tomorrow",
        r"(?<!\w)(?:DAY AFTER TOMORROW|ÜBERMORGEN)(?!\w)|后天|後天|明後日|모레",
    ),
    (
        "tomorrow",
        r"(?<!\w)(?:TOMORROW|TMRW|(?<!AM )(?<!GUTEN )MORGEN)(?!\w)"
        r"|明天|明日|明早|明晨|明晚|明朝|翌朝|翌日|내일",
    ),
    (
        "today",
        r"(?<!\w)(?:TODAY|TONIGHT|THIS (?:MORNING|AFTERNOON|EVENING)|HEUTE)(?!\w)"
        r"|今天|今日|今早|今晨|今晚|今朝|今夜|오늘|本日",
    ),
)
_AHEAD: Final = {"today": 0, "tomorrow": 1, "the day after tomorrow": 2}


def day_of(line: str) -> str:
    """``today``, ``tomorrow`` or ``the day after tomorrow``; empty: none is named."""
    return next((name for name, pattern in _WORDS if re.search(pattern, line)), "")


def is_that_day(name: str, day: dt.date, today: dt.date) -> bool:
    """Whether ``day`` has this name; the empty name fits any day."""
    return not name or (day - today).days == _AHEAD[name]
