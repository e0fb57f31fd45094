"""Parts of the day: the word beside a time, and which hour of the clock each hour then is."""

import re
from dataclasses import dataclass
from typing import Final


def _same(*hours: int) -> dict[int, int]:
    return {hour: hour for hour in hours}


def _later(*hours: int) -> dict[int, int]:
    """Said on the dial of twelve hours, or on the one of twenty-four already."""
    return {hour: hour + 12 for hour in hours} | {hour + 12: hour + 12 for hour in hours}


_MORNING: Final = _same(*range(12))
_AFTERNOON: Final = _later(*range(1, 12)) | {12: 12}
_NIGHT: Final = _same(*range(6)) | _later(*range(8, 12)) | {12: 0}


@dataclass(frozen=True)
class Part:
    """A part of the day.

    :ivar hours: the written hour → the hour that is meant; any other hour is a fault
    :ivar ends_day: its twelve o'clock is midnight, where one day ends and another begins
    """

    hours: dict[int, int]
    ends_day: bool = False


AM: Final = Part(_MORNING | {12: 0})
PM: Final = Part(_AFTERNOON)
_WORDS: Final[list[tuple[Part, str]]] = [
    (Part(_MORNING), "上午 午前 오전 早上 早晨 清晨 清早 一早 大清早 아침 MORGENS VORMITTAGS"),
    (Part(_MORNING), "FRÜH FRUEH IN_DER_FRÜH AM_MORGEN AM_VORMITTAG IN_THE_MORNING MORNING"),
    (Part(_AFTERNOON), "下午 午后 오후 NACHMITTAGS AM_NACHMITTAG IN_THE_AFTERNOON AFTERNOON"),
    (Part(_AFTERNOON | {0: 12}), "午後"),
    (Part(_same(11, 12) | _later(1, 2, 3)), "中午 お昼 점심 MITTAGS AM_MITTAG"),
    (Part(_same(11, 12) | _later(1, 2, 3, 4, 5)), "낮"),
    (Part(_later(*range(3, 9))), "傍晚 夕方"),
    (Part(_later(*range(5, 12))), "저녁 ABENDS AM_ABEND IN_THE_EVENING EVENING TONIGHT"),
    (Part(_later(*range(5, 12)) | {12: 0}, ends_day=True), "晚上 晚间 晚間"),
    (
        Part(_NIGHT, ends_day=True),
        "夜里 夜裡 夜间 半夜 深夜 夜中 真夜中 밤 NACHTS IN_DER_NACHT AT_NIGHT",
    ),
    (Part(_same(*range(7)) | {12: 0}), "凌晨 未明 새벽 早朝 明け方"),
]
# A single character may be part of a name: it counts only right before the hour, after no letter.
_SINGLE: Final[list[tuple[Part, str]]] = [
    (Part(_MORNING), "早 朝 晨"),
    (Part(_same(11, 12) | _later(1, 2, 3)), "昼"),
    (Part(_later(*range(5, 12)) | {12: 0}, ends_day=True), "晚 夜"),
]


def _table(rows: list[tuple[Part, str]]) -> dict[str, Part]:
    return {word.replace("_", " "): part for part, words in rows for word in words.split()}


PARTS: Final = _table(_WORDS)
SINGLE: Final = _table(_SINGLE)
HALF: Final = r"(?<![A-Z])[AP]\.?\s?M\.?(?![A-Z])"
# Apart from the time, these leave the half of the day uncertain; other words occur in names.
_LATE: Final = "下午|午后|午後|오후|晚上|저녁|夕方|傍晚|中午|NACHMITTAGS|ABENDS|MITTAGS"
LATE: Final = re.compile(rf"(?<![A-Z])P\.?\s?M\.?(?![A-Z])|{_LATE}|IN THE (?:EVENING|AFTERNOON)")
_LONG: Final = "|".join(
    rf"(?<![A-Z]){re.escape(word)}(?![A-Z])" if word[0].isascii() else re.escape(word)
    for word in sorted(PARTS, key=len, reverse=True)
)
_DAY: Final = "(?:今天|明天|今日|明日|今|明|翌|오늘|내일|HEUTE|MORGEN|TOMORROW|TODAY|THIS|の|的)?"
_BETWEEN: Final = r"[\s,;|()]*"
BEFORE: Final = re.compile(
    rf"(?:(?P<long>{HALF}|{_LONG}){_BETWEEN}(?:的|の|UM|AT)?\s*"
    rf"|(?<![^\W\d_])(?:(?:今|明|翌|오늘\s*|내일\s*)?(?P<single>{'|'.join(SINGLE)})(?:的|の)?))$"
)
AFTER: Final = re.compile(rf"{_BETWEEN}{_DAY}\s*(?P<long>{HALF}|{_LONG})(?!\s*CALL)\)?")


def part_of(word: str) -> Part:
    """The part of the day that a word names."""
    if re.fullmatch(HALF, word):
        return AM if word.startswith("A") else PM
    return PARTS.get(word) or SINGLE[word]
