"""The ways of writing a time, each as a pattern and what it says. Capitals: see :mod:`plain`."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from wakeups.booking.times.numerals import ENGLISH, GERMAN, HAN, KOREAN, KOREAN_HOURS, number, words

Minutes = int | None
_EN: Final = words(ENGLISH)
_DE: Final = words(GERMAN)
_KH: Final = words(KOREAN_HOURS)
_HOUR_CJK: Final = "点钟|点鐘|點鐘|点|點|时(?![间候尚光])|時(?![間代])|시(?![간장청작민내험])"
_HAN_TWO: Final = HAN.replace("1,4", "2,4")
_NO_ROOM: Final = r"(?![\d.:]|\s*(?:号|號|房|室|호|人|位|名|歳|岁))"
_WORDS_END: Final = r"(?![\w])"


@dataclass(frozen=True)
class Way:
    """One way of writing. ``read``: minutes since midnight as they are written; None: nonsense."""

    pattern: re.Pattern[str]
    read: Callable[[re.Match[str]], Minutes]


def _way(pattern: str, read: Callable[[re.Match[str]], Minutes]) -> Way:
    return Way(re.compile(pattern, re.VERBOSE), read)


def clock(hour: int | None, minute: int | None) -> Minutes:
    """Minutes since midnight; None: no clock shows that."""
    if hour is None or minute is None or hour > 23 or minute > 59:
        return None
    return hour * 60 + minute


def _plain(match: re.Match[str]) -> Minutes:
    """Groups h, m, and s, which is to be zero."""
    found = match.groupdict()
    if int(found.get("s") or 0):
        return None
    return clock(number(match["h"]), number(found.get("m") or "0"))


def _joined(match: re.Match[str]) -> Minutes:
    """630, 0630"""
    return clock(int(match["n"][:-2]), int(match["n"][-2:]))


def _cjk(match: re.Match[str]) -> Minutes:
    minute: int | None = 0
    if match["half"]:
        minute = 30
    elif match["quarters"]:
        minute = 15 * _quarters(match["quarters"])
    elif match["m"] or match["m2"]:
        minute = number(match["m"] or match["m2"])
    found = clock(number(match["h"]), minute)
    if found is not None and match["before"]:
        return (found - 2 * (found % 60)) % 1440
    return found


def _quarters(text: str) -> int:
    return {"一": 1, "1": 1, "三": 3, "3": 3}.get(text[0], 2)


def _lacking(match: re.Match[str]) -> Minutes:
    """差一刻七点, 七点差五分"""
    lacks = 15 if match["quarter"] else number(match["m"])
    hour = clock(number(match["h"]), 0)
    return None if hour is None or not lacks or lacks > 59 else (hour - lacks) % 1440


def _german(match: re.Match[str]) -> Minutes:
    """halb acht, viertel nach sieben, dreiviertel acht, fünf vor halb acht"""
    hour = number(match["h"])
    if hour is None or not 1 <= hour <= 24:
        return None
    base = hour % 24 * 60
    part = match["part"].replace(" ", "")
    base -= {"HALB": 30, "DREIVIERTEL": 15, "VIERTEL": 45}.get(part, 0)
    if match["way"]:
        off = 15 if match["d"] == "VIERTEL" else number(match["d"]) or 99
        if off > 29 or part in ("VIERTEL", "DREIVIERTEL"):
            return None
        base += off if match["way"] == "NACH" else -off
    return base % 1440


def _english(match: re.Match[str]) -> Minutes:
    """half past six, quarter to seven, ten past six"""
    hour, off = number(match["h"]), {"HALF": 30, "QUARTER": 15}.get(match["d"])
    off = number(match["d"]) if off is None else off
    later = match["way"] in ("PAST", "AFTER")
    if hour is None or not 1 <= hour <= 24 or not off or off > 30:
        return None
    # "5 to 6" and "two to six" are spans rather than times.
    if not later and (off % 5 or off == 30 or match["d"].isdigit()):
        return None
    return (hour % 24 * 60 + (off if later else -off)) % 1440


SURE: Final = (
    _way(
        rf"""差\s?(?:(?P<m>\d{{1,2}}|{HAN})\s?分钟?|(?P<quarter>一刻))钟?\s?到?\s?
        (?P<h>\d{{1,2}}|{HAN})\s?[点點]钟?""",
        _lacking,
    ),
    _way(
        rf"""(?<![\d.:])(?P<h>\d{{1,2}}|{HAN})\s?[点點]钟?\s?差\s?
        (?:(?P<m>\d{{1,2}}|{HAN})\s?分钟?|(?P<quarter>一刻)钟?)""",
        _lacking,
    ),
    _way(
        rf"""(?<![\w])(?:(?P<d>VIERTEL|{_DE}|\d{{1,2}})\s(?:MINUTEN\s)?(?P<way>VOR|NACH)\s)?
        (?P<part>HALB|DREI\s?VIERTEL|VIERTEL)\s(?P<h>{_DE}|\d{{1,2}})(?:\sUHR)?{_WORDS_END}(?!:)""",
        _german,
    ),
    _way(
        rf"""(?<![\w])(?P<d>VIERTEL|{_DE}|\d{{1,2}})\s(?:MINUTEN\s)?(?P<way>VOR|NACH)\s(?P<part>)
        (?P<h>{_DE}|\d{{1,2}})(?:\sUHR)?{_WORDS_END}(?!:)""",
        _german,
    ),
    _way(
        rf"""(?<![\w])(?:A\s)?(?P<d>HALF|QUARTER|{_EN}|\d{{1,2}})\s(?:MIN(?:UTE)?S?\s)?
        (?P<way>PAST|AFTER|TO|BEFORE|OF|TIL)\s(?P<h>{_EN}|\d{{1,2}}){_WORDS_END}(?!:)""",
        _english,
    ),
    _way(
        rf"""(?:(?<![\d.:])(?P<h>\d{{1,2}}|(?:{HAN}|{_KH})))\s?(?:{_HOUR_CJK})
        (?:\s?(?:(?P<half>半|반)|(?P<quarters>[一1三3两兩]刻)[钟鐘]?
        |[过過]?\s?(?:[零〇](?=\d))?(?P<m>\d{{1,2}}|{HAN}|{KOREAN})\s?(?:分|분)[钟鐘]?
        |(?<!\s)[过過]?(?P<m2>\d{{2}}|{_HAN_TWO}){_NO_ROOM}))?
        (?:整|正|钟|鐘|ちょうど|\s?정각)?(?P<before>(?<=[分분])\s?[前전])?""",
        _cjk,
    ),
    _way(
        rf"""(?<![\w.:])(?P<h>\d{{1,2}}|{_DE})\sUHR(?:\s(?P<m>\d{{1,2}}|{_DE})(?![\w.:]))?{_WORDS_END}
        |(?<!\w)(?<![.:])(?P<h2>\d{{1,2}})UHR(?P<m2>\d{{2}})?{_WORDS_END}""",
        lambda match: clock(
            number(match["h"] or match["h2"]), number(match["m"] or match["m2"] or "0")
        ),
    ),
    _way(r"(?<![\d.:,])(?P<h>\d{1,2})\.(?P<m>\d{2})\s?(?:UHR|HRS?|HOURS|H)(?![\w])", _plain),
    _way(
        r"""(?<![\d:.])(?P<h>\d{1,2})(?:\s:\s|:)(?P<m>\d{2})(?::(?P<s>\d{2})(?:\.\d+)?)?(?![\d:])
        (?:\s?(?:UHR|HRS?|HOURS|H)(?![A-Z])|分)?""",
        _plain,
    ),
    _way(r"(?<![A-Z\d.:])(?P<h>\d{1,2})\s?H\s?(?P<m>\d{2})?(?![\w:])", _plain),
    _way(r"(?<![A-Z\d.:])(?P<n>\d{3,4})\s?(?:HRS?|HOURS|H|UHR)(?![\w])", _joined),
    _way(rf"(?<!\w)(?P<h>{_EN}|\d{{1,2}})\sO'\s?CLOCK{_WORDS_END}", _plain),
    _way(
        rf"""(?<!\w)(?P<h>{words(dict(list(ENGLISH.items())[:12]))})\s(?P<m>OH\s\w+|{_EN})
        {_WORDS_END}""",
        _plain,
    ),
    _way(r"(?<![A-Z\d.:/+-])(?P<n>0\d[0-5]\d)(?![A-Z\d:/-]|\.\d)", _joined),
    _way(r"(?<!\w)12\s(?P<h>NOON|MIDDAY)(?!\w)", lambda match: 720),
)
# With the part of the day beside them, and only so.
WITH_PART: Final = (
    _way(r"(?<![A-Z\d.:])(?P<h>\d{1,2})\.(?P<m>\d{2})(?![\d:])", _plain),
    _way(r"(?<![A-Z\d.:])(?P<n>\d{3,4})(?![\d:.])", _joined),
    _way(rf"(?<![A-Z\d.:])(?P<h>\d{{1,2}}|(?<!\w)(?:{_EN}))(?![\d:]|\.\d)", _plain),
)
AT: Final = (
    _way(r"(?:(?<!\w)(?:AT|UM)\s|@\s?)(?P<n>\d{3,4})(?![\w:]|\.\d)", _joined),
    _way(rf"(?<!\w)(?:AT|UM|PUNKT)\s(?P<h>{_EN}|{_DE})(?!\w)(?!\s(?:TO|PAST|VOR|NACH)\s)", _plain),
    _way(r"(?:(?<!\w)(?:AT|UM)\s|@\s?)(?P<h>\d{1,2})(?![\w:]|\.\d|\s?[-–/])", _plain),
)
DOTTED: Final = _way(r"(?<![A-Z\d.:])(?P<h>[1-9]|\d\d)\.(?P<m>\d{2})(?![A-Z\d:]|[.,]\d)", _plain)
