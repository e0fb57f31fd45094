"""What is never a time because it belongs to other columns: dates, prices, counts, phones."""

import re
from collections.abc import Container
from typing import Final

# Replaces what was read or must not be read; neither digit, letter nor space.
BLANK: Final = "\x1f"

_MONTH: Final = (
    "(?:JAN(?:UARY|UAR)?|FEB(?:RUARY|RUAR)?|MAR(?:CH)?|MÄRZ|APR(?:IL)?|MAY|MAI|JUNE?|JUNI|JULY?|"
    "JULI|AUG(?:UST)?|SEPT?(?:EMBER)?|O[CK]T(?:OBER)?|NOV(?:EMBER)?|DE[CZ](?:EMBER)?)\\.?"
)
_SIGN: Final = "[$€£¥₩]"
_CODE: Final = "EUROS?|EUR|USD|CNY|RMB|JPY|KRW|GBP|CHF|HKD|TWD|SGD|DOLLARS?|YUAN|YEN"
_SUM: Final = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+[.,]\d{1,2}|\d+)(?![\d:])"
_UNIT: Final = (
    "PAX|PERS(?:ON(?:S|EN)?)?|PPL|PEOPLE|GUESTS?|GÄSTE|ADULTS?|ADT|ERW(?:ACHSENE)?|KIDS?|CHD|"
    "CHILD(?:REN)?|KIND(?:ER)?|NIGHTS?|NTS?|NÄCHTE|YEARS?(?: OLD)?|YRS?|Y\\.?O|JAHRE?|BAGS?|PCS|"
    "MIN(?:S|UTES?|UTEN)?|KM|KG|BEDS?|BETTEN"
)
_UNIT_CJK: Final = "人|位|名|岁|歲|歳|才|分钟|分鐘|小时|小時|時間|시간|명|살"
_UNIT_JOINED: Final = (
    r"泊|晚(?![上间間\d零一二三四五六七八九十])|晩(?!\d)|박|세(?!\s?시)|[元块塊円圓원%]|间|間"
)
_HARD: Final = re.compile(
    rf"""(?<![\d.:])\d{{4}}\s?[-/.年년]\s?\d{{1,2}}\s?[-/.月월]\s?\d{{1,2}}(?!\d)
    (?:\s?[日号號일])?(?:T(?=\d))?
  | (?<!\d)\d{{1,2}}\s?[月월]\s?\d{{1,2}}(?!\d)\s?[日号號일]?
  | (?<![\d.:])\d{{1,2}}(?P<sep>[./-])\d{{1,2}}(?P=sep)(?:\d{{4}}|\d{{2}})(?![\d:.])
  | (?<!\d)\d{{4}}\s?[年년][生생]?
  | (?<![\d.:])(?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])\.(?!\d)
  | (?P<phone>\+\d[\d ()/-]{{6,}}\d)(?![\d:])
  | (?<![\d-])\d{{2,4}}-\d{{3,4}}-\d{{3,4}}(?![\d-])
  | (?<![A-Z])(?:TEL|PHONE|MOBILE?|HANDY|FON|FAX|EXT|电话|電話|手机|分机|内線|전화|내선)[.:]?\s*
    \+?\d[\d()/-]*(?![\d:])
  | (?<![A-Z])(?:FLIGHT|FLUG|航班|편명)[.:\#]?\s*(?:[A-Z]{{2}}\s?)?\d{{1,4}}(?![\d:])
  | {_SIGN}\s?{_SUM}
  | (?<![A-Z])(?:{_CODE})\s?{_SUM}
  | (?<![\d.:]){_SUM}\s?(?:{_SIGN}|(?:{_CODE})(?![A-Z]))(?!\s?\d)
  | (?<![A-Z])(?:BORN|GEB|JAHRGANG|生于|出生)\.?:?\s*(?:IN\s)?\d{{2,4}}(?![\d:])
  | (?<![A-Z])(?:AGED?|ALTER|年龄|年齢|나이)[.:=]?\s*\d{{1,3}}(?![\d:])
  | (?<![\d.:])\d{{1,3}}\s?(?:{_UNIT})\.?(?![A-ZÄÖÜ])
  | (?<![\d.:差])\d{{1,2}}\s?(?:{_UNIT_CJK})
  | (?<![\d.:])\d+(?:\.\d+)?(?:{_UNIT_JOINED})
  | (?<![A-Z])(?:FLOOR|LEVEL|ETAGE|STOCK|TABLE|TISCH|BUS|GROUP|GRP|GRUPPE|TOUR|SEAT|TEAM)
    \s?[.:\#]?\s?\d{{1,4}}(?![\d:])
  | (?<![\dA-Z])[X×]\s?\d{{1,2}}(?![\d:A-Z]) | (?<![\d.:])\d{{1,2}}[X×](?![A-Z])
""",
    re.VERBOSE,
)
# These may also be room numbers, which then take precedence.
_SOFT: Final = re.compile(
    rf"""(?<![\d.:])(?P<a>\d{{1,2}})(?:\.|ST|ND|RD|TH)?\s?{_MONTH}(?:\s\d{{4}})?(?![A-Z\d:])
  | (?<![A-Z]){_MONTH}\s?(?P<b>\d{{1,2}})(?:ST|ND|RD|TH)?(?:,?\s\d{{4}})?(?![\d:]|\.\d)
  | (?<![\d.:/])(?P<d>\d{{1,2}})/\d{{1,2}}(?![\d/:])
  | \(\s?(?P<e>\d{{1,3}})\s?\)
  | (?<![\d.:])(?P<g>\d{{1,2}})(?:楼|樓|層|层|階|층)
""",
    re.VERBOSE,
)
# The last digits after a telephone number may be a time.
_FOUR_AT_END: Final = re.compile(r"\s(?:[01]\d|2[0-3])[0-5]\d$")


def blank(found: str) -> str:
    """As long, and nothing in it."""
    return BLANK * len(found)


def without_other_columns(text: str) -> str:
    """``text`` without what cannot be a time, whatever stands beside it."""
    return _HARD.sub(_hard, text)


def without_numbers(text: str, rooms: Container[str]) -> str:
    """… and without what is no time where none stands there; ``rooms`` are known numbers."""

    def soft(match: re.Match[str]) -> str:
        number = next(each for each in match.groups() if each is not None)
        return match[0] if number in rooms else blank(match[0])

    return _SOFT.sub(soft, text)


def _hard(match: re.Match[str]) -> str:
    if match["phone"] and (four := _FOUR_AT_END.search(match[0])):
        return blank(match[0][: four.start()]) + four[0]
    return blank(match[0])
