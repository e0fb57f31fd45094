"""What makes a line uncertain: traces of a time that cannot be read, numbers that may be one."""

import re
from collections.abc import Container
from typing import Final

from wakeups.booking.times.grammar import clock
from wakeups.booking.times.numerals import ENGLISH, GERMAN, HAN, words

_HAN: Final = HAN.removesuffix("{1,4}").strip("[]")
# About, before, after: not an exact time of day.
ABOUT_BEFORE: Final = re.compile(
    r"(?:(?<!\w)(?:ABOUT|AROUND|APPROX|CIRCA|CA|GEGEN|ETWA|UNGEFÄHR|KURZ|VOR|NACH|AB|BEFORE|AFTER|"
    r"UNTIL|TILL|BIS|FROM|BETWEEN|ZWISCHEN|OR|ODER|NOT|NICHT)\.?\s|[~≈〜]\s?|大约|大約|大概|约|約|약|"
    r"不到|约莫|だいたい|およそ|或|或者|不是)\s*$"
)
ABOUT_AFTER: Final = re.compile(
    r"\s?(?:左右|前后|前後|以前|之前|前|以后|以後|之后|之後|过后|後|多|来钟|ごろ|頃|過ぎ|すぎ|から|まで|쯤|경|"
    r"이후|이전|전(?!화)|까지|부터|ISH(?!\w)|-ISH|OR SO|"
    r"OR LATER|ODER|OR\s\d|/\s?[AP]\.?M|[AP](?![\w.])|\?|？|\+)"
)
# A span of time; the number before it may be the room.
SPAN_BEFORE: Final = re.compile(
    r"(?<![\w.:])(?P<n>\d{1,2})(?:[:.]\d{2})?\s?(?:[-–—~〜至到]|TO(?=\s)|BIS(?=\s)|AND(?=\s)|UND(?=\s)|&|か)\s?$"
)
SPAN_AFTER: Final = re.compile(
    r"\s?(?:[-–—~〜至到]|(?<=\s)TO\s|(?<=\s)BIS\s)\s?(?P<n>\d{1,2})(?![\d])"
)
# Directly after a time: 6点5.
GLUED: Final = re.compile(rf"[\d{_HAN}]")
_NUMBER: Final = words(dict(list(ENGLISH.items())[:12]) | dict(list(GERMAN.items())[:12]))
_TRACES: Final = (
    re.compile(r"\d{1,2}\s?[:H]\s?\d{1,2}(?!\d)|\d{1,4}\s?:\s?\d{1,2}(?::\d+)*"),
    re.compile(r"\d{1,4}(?:[.:]\d{1,2})?\s?(?<![A-Z])[AP]\.?\s?M(?![A-Z])\.?"),
    re.compile(rf"(?:\d+|{HAN})\s?(?:[点點]|时(?!间)|時(?!間)|시(?!간))(?:半|반)?"),
    re.compile(r"(?<!\w)\d{1,4}\s?(?:UHR|H|HRS?|ISH)(?!\w)"),
    re.compile(
        rf"(?<!\w)(?:HALB|HALF(?: PAST)?|QUARTER|VIERTEL|DREIVIERTEL)\s(?:{_NUMBER}|\d{{1,2}})"
    ),
    re.compile(r"(?<!\w)(?:\w+\s)?(?:O'\s?CLOCK|UHR)(?!\w)"),
)
# … and these only if the line has no other time.
_WEAK: Final = (
    re.compile(r"(?<![\w.:])\d{1,2}'\d{2}(?!\d)"),
    re.compile(r"(?<![\w.:,])\d{1,2}\.\d(?![\d.])"),
    re.compile(r"(?<![\w.:])\d{1,2}-[0-5]\d(?![\w-])"),
)
_SHORT: Final = re.compile(r"(?<![\w.:])(?P<n>\d{1,2}[AP])(?![\w.:])")
# Nobody is to be woken, or the time is not known yet.
_NO_CALL: Final = re.compile(
    r"(?<!\w)(?:NO (?:WAKE|CALL|MC)|NONE|CANCEL(?:LED|ED)?|KEINE?N?|NICHT|N/A|TB[ACD]|LATER|SPÄTER|"
    r"DND)(?!\w)|不用|不要|不需要|不叫|免叫|取消|待定|未定|なし|無し|キャンセル|없음|취소|안함|미정|\?\?"
)
_LATER: Final = re.compile(
    r"(?:(?<!\w)IN\s|\+\s?)(?:\d+|[A-ZÄÖÜ]+)\s?(?:MIN|H|STUNDE|HOUR)\w*|STUNDEN"
    r"|\d*\s?(?:小时|小時|分钟|分鐘|時間|시간)\s?(?:后|後|후|뒤)"
)
_POLITE: Final = r"(?:\s(?:SHARP|PLEASE|PLS|THANKS|BITTE|DANKE|PÜNKTLICH))*\W*$"
_JOINED: Final = re.compile(r"(?<![A-Z\d.:,+/#'-])(?P<n>\d{3,4})(?![A-Z\d:/%'-]|[.,]\d{1,2}(?!\d))")
_TWO: Final = re.compile(r"(?<![A-Z\d.:/-])(?P<n>(?:[01]?\d|2[0-3])[\s,;]+[0-5]\d)\W*$")
_LAST: Final = re.compile(rf"(?<![\w.:/#'-])(?P<n>\d{{1,2}}|{_NUMBER}){_POLITE}")
_DECIMAL: Final = re.compile(r"(?<![\d.:])(?:0[.,]\d{2,}|\d{0,5}\.\d{3,})(?![\d.:])")
_DATE_OR_TIME: Final = re.compile(r"(?<![\d.:])(?:[01]?\d|2[0-3])\.[0-5]\d\.(?!\d)")


def trace(text: str, rooms: Container[str], *, weak: bool = False) -> str:
    """Words of a time that could not be read; empty: there are none.

    ``weak``: include what would be something else beside a readable time
    """
    for pattern in (*_TRACES, *_WEAK) if weak else _TRACES:
        if found := pattern.search(text):
            return found[0].strip()
    short = _SHORT.search(text)
    return short["n"] if short and short["n"] not in rooms else ""


def no_call_wanted(text: str) -> str:
    """Words saying that nobody is to be woken, or that the time is not known yet."""
    found = _NO_CALL.search(text) or _LATER.search(text)
    return found[0] if found else ""


def may_be_time(text: str, rest: str, rooms: Container[str]) -> str:
    """A number that may or may not be a time; empty: there is none.

    :param text: the line, :param rest: without what other columns hold
    """
    if found := _DATE_OR_TIME.search(text) or _DECIMAL.search(rest):
        return found[0]
    for each in _JOINED.finditer(rest):
        digits = each["n"]
        if digits not in rooms and clock(int(digits[:-2]), int(digits[-2:])) is not None:
            return digits
    two = _TWO.search(rest)
    if two and not any(word in rooms for word in re.findall(r"\d+", two["n"])):
        return two["n"]
    last = _LAST.search(rest)
    if last is None or last["n"] in rooms or not rest[: last.start()].strip():
        return ""
    return last["n"] if not last["n"].isdigit() or int(last["n"]) < 25 else ""
