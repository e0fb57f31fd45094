"""Numbers in words, from 0 to 59. Keys and patterns are in capitals, as :mod:`plain` writes."""

import re
from typing import Final


def _english() -> dict[str, int]:
    small = [
        "ONE",
        "TWO",
        "THREE",
        "FOUR",
        "FIVE",
        "SIX",
        "SEVEN",
        "EIGHT",
        "NINE",
        "TEN",
        "ELEVEN",
        "TWELVE",
        "THIRTEEN",
        "FOURTEEN",
        "FIFTEEN",
        "SIXTEEN",
        "SEVENTEEN",
        "EIGHTEEN",
        "NINETEEN",
    ]
    found = {word: number for number, word in enumerate(small, 1)}
    for ten, word in ((20, "TWENTY"), (30, "THIRTY"), (40, "FORTY"), (50, "FIFTY")):
        found[word] = ten
        for unit in range(1, 10):
            found |= {f"{word}{sign}{small[unit - 1]}": ten + unit for sign in "- "}
    found |= {f"OH {small[unit - 1]}": unit for unit in range(1, 10)}
    return found


def _german() -> dict[str, int]:
    small = [
        "EINS",
        "ZWEI",
        "DREI",
        "VIER",
        "FÜNF",
        "SECHS",
        "SIEBEN",
        "ACHT",
        "NEUN",
        "ZEHN",
        "ELF",
        "ZWÖLF",
        "DREIZEHN",
        "VIERZEHN",
        "FÜNFZEHN",
        "SECHZEHN",
        "SIEBZEHN",
        "ACHTZEHN",
        "NEUNZEHN",
    ]
    found = {word: number for number, word in enumerate(small, 1)} | {"EIN": 1, "ZWO": 2}
    for ten, word in ((20, "ZWANZIG"), (30, "DREISSIG"), (40, "VIERZIG"), (50, "FÜNFZIG")):
        found[word] = ten
        for unit in range(1, 10):
            joined = "EIN" if unit == 1 else small[unit - 1]
            found[f"{joined}UND{word}"] = ten + unit
    plain = {word.replace("Ü", "UE").replace("Ö", "OE"): number for word, number in found.items()}
    return found | plain


ENGLISH: Final = _english()
GERMAN: Final = _german()
KOREAN_HOURS: Final = {
    "한": 1, "두": 2, "세": 3, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9,
    "열": 10, "열한": 11, "열두": 12,
}  # fmt: skip
_KOREAN: Final = {each: number for number, each in enumerate("일이삼사오육칠팔구", 1)}
_HAN: Final = {each: number for number, each in enumerate("零一二三四五六七八九")} | {
    "〇": 0, "两": 2, "兩": 2, "十": 10,
}  # fmt: skip


def words(table: dict[str, int]) -> str:
    """A pattern of all keys, the longest first."""
    return "|".join(map(re.escape, sorted(table, key=len, reverse=True)))


HAN: Final = "[零〇一二两兩三四五六七八九十]{1,4}"
KOREAN: Final = "[이삼사오]?십[일이삼사오육칠팔구]?|[일이삼사오육칠팔구]"


def number(text: str) -> int | None:
    """The number that digits or words say; None: none of them, or no way to say one."""
    if text.isascii() and text.isdigit():
        return int(text)
    for table in (ENGLISH, GERMAN, KOREAN_HOURS):
        if text in table:
            return table[text]
    if re.fullmatch(KOREAN, text):
        return _with_tens(text, "십", _KOREAN)
    if re.fullmatch(HAN, text):
        return _with_tens(text, "十", _HAN)
    return None


def _with_tens(text: str, ten: str, digits: dict[str, int]) -> int | None:
    """二十四, 十五, 五十, 零五, 三〇"""
    before, sign, after = text.partition(ten)
    if not sign:
        read = [digits[each] for each in text]
        if len(read) == 1:
            return read[0]
        return read[0] * 10 + read[1] if len(read) == 2 else None
    if len(before) > 1 or len(after) > 1 or ten in after:
        return None
    return (digits[before] if before else 1) * 10 + (digits[after] if after else 0)
