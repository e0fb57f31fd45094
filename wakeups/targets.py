"""Which rooms are meant: ``201-215, 301``, and the list that a tour guide has sent. Pure.

Every fault names what is wrong with which words; nothing is guessed.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

# What separates rooms, or the columns of a list; the full-width forms become plain ones first.
_SEPARATOR: Final = re.compile(r"[\s,;|、/]+")
_RANGE: Final = re.compile(r"\s*(?:[-–—~〜]|\bto\b|\bbis\b|至|到)\s*", re.IGNORECASE)
_AND: Final = re.compile(r"[,;|、/\n&]+|\b(?:and|und|et)\b|[和与]", re.IGNORECASE)
_ROOM_WORD: Final = re.compile(
    r"(?:rooms?|rm|zimmer|zi|chambre|no|nr|n°|#|客房|房间|房间号|房号|房)[.:]?", re.IGNORECASE
)
_TIME: Final = re.compile(
    r"(?<![\d:.])(?P<hour>\d{1,2})\s?(?:[:.h]|点|时)\s?(?P<minute>\d{2})(?:分|:00)?(?![\d:.-])"
    r"(?:\s*(?P<half>[ap])\.?\s?m\b\.?)?",
    re.IGNORECASE,
)
_FOUR_DIGITS: Final = re.compile(r"(?:[01]\d|2[0-3])[0-5]\d")
_DIGITS: Final = re.compile(r"(\d+)")
# A list that somebody pastes; more is a mistake.
MOST_LINES: Final = 2000


@dataclass(frozen=True)
class Chosen:
    """Rooms in their natural order, and what could not be understood."""

    rooms: tuple[str, ...]
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """One line of a list. ``fault``: why it cannot be used; ``room`` is then as far as it is known.

    :ivar time: None: the line has none, and one that holds for all is to be used
    """

    number: int
    text: str
    room: str = ""
    time: dt.time | None = None
    fault: str = ""


def natural(number: str) -> tuple[tuple[int, int, str], ...]:
    """Sorts 9 before 10, and 201 before 201A before 202."""
    parts = _DIGITS.split(number.upper())
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part)


def choose_rooms(text: str, numbers: Iterable[str]) -> Chosen:
    """The rooms that ``text`` names, singly or from one to another, both included."""
    known = {_plain(number): number for number in numbers}
    found: dict[str, None] = {}
    faults: list[str] = []
    for word in _words(text, known):
        rooms, fault = _named(word, known)
        found.update(dict.fromkeys(rooms))
        if fault:
            faults.append(fault)
    return Chosen(tuple(sorted(found, key=natural)), tuple(dict.fromkeys(faults)))


def read_list(text: str, numbers: Iterable[str]) -> list[Line]:
    """One room, and perhaps a time, in each line; further columns are not looked at.

    Blank lines are none; one that repeats another is a fault.
    """
    known = {_plain(number): number for number in numbers}
    lines = [
        _line(number, raw.strip(), known)
        for number, raw in enumerate(text.splitlines(), 1)
        if raw.strip()
    ]
    return _without_repetitions(lines)


def read_times(text: str) -> tuple[tuple[dt.time, ...], str]:
    """Times of day like ``06:30, 7:15``, in order, and a fault or nothing."""
    found: dict[dt.time, None] = {}
    for word in re.split(r"[,;、\n]+", _plain(text)):
        times, rest = _times_in(word)
        if rest.strip() and _FOUR_DIGITS.fullmatch(rest.strip()):
            times, rest = [_clock(rest.strip())], ""
        if rest.strip() or (word.strip() and not times):
            return (), f"“{word.strip()}” is not a time: write 06:30, or 06:30, 07:15 for two."
        found.update(dict.fromkeys(times))
    return tuple(sorted(found)), ""


def _plain(text: str) -> str:
    """Full-width digits, colons and commas as plain ones; capitals, as room numbers have them."""
    return unicodedata.normalize("NFKC", text).upper()


def _words(text: str, known: dict[str, str]) -> list[str]:
    """The rooms and ranges of a text. What stands on both sides of a dash belongs together."""
    plain = _ROOM_WORD.sub(" ", _plain(text)) if _plain(text) not in known else _plain(text)
    words: list[str] = []
    for part in _AND.split(plain):
        part = part.strip()
        if part in known or not part:
            words += [part] if part else []
        else:
            words += _RANGE.sub("-", part).split()
    return words


def _named(word: str, known: dict[str, str]) -> tuple[list[str], str]:
    if word in known:
        return [known[word]], ""
    for match in re.finditer("-", word):
        first, last = word[: match.start()], word[match.end() :]
        if first in known and last in known:
            return _between(first, last, known)
    first, dash, last = word.partition("-")
    if dash and first and last:
        missing = [end for end in (first, last) if end not in known]
        return [], f"{word}: there is no room {' and no room '.join(missing)}."
    return [], f"There is no room {word}."


def _between(first: str, last: str, known: dict[str, str]) -> tuple[list[str], str]:
    low, high = natural(first), natural(last)
    if low > high:
        return [], f"{first}-{last} runs backwards: write {last}-{first}."
    return [known[each] for each in known if low <= natural(each) <= high], ""


def _line(number: int, raw: str, known: dict[str, str]) -> Line:
    plain = _plain(raw)
    times, rest = _times_in(plain)
    words = [word for word in _SEPARATOR.split(rest) if word]
    rooms = _rooms_in(words, known)
    if not times:
        others = [word for word in words if word not in known]
        times = [_clock(word) for word in others if _FOUR_DIGITS.fullmatch(word)]
    fault = _room_fault(rooms, words) or _time_fault(times, plain)
    room = rooms[0] if len(rooms) == 1 else ""
    return Line(number, raw[:200], room, times[0] if len(times) == 1 else None, fault)


def _times_in(text: str) -> tuple[list[dt.time], str]:
    """The times of a text, and what else it says."""
    found: list[dt.time] = []

    def take(match: re.Match[str]) -> str:
        hour, minute = int(match["hour"]), int(match["minute"])
        if match["half"] and 1 <= hour <= 12:
            hour = hour % 12 + (12 if match["half"].upper() == "P" else 0)
        if hour > 23 or minute > 59:
            return match[0]
        found.append(dt.time(hour, minute))
        return " "

    rest = _TIME.sub(take, text)
    return list(dict.fromkeys(found)), rest


def _rooms_in(words: Sequence[str], known: dict[str, str]) -> list[str]:
    """The rooms that a line names; the one behind the word "room", if there is one."""
    found: dict[str, None] = {}
    for place, word in enumerate(words):
        bare = _ROOM_WORD.sub("", word) if word not in known else word
        bare = bare.strip(".:()#号")
        if bare not in known:
            continue
        before = words[place - 1] if place else ""
        if bare != word.strip(".:()") or _ROOM_WORD.fullmatch(before):
            return [known[bare]]
        found[known[bare]] = None
    return list(found)


def _room_fault(rooms: Sequence[str], words: Sequence[str]) -> str:
    if len(rooms) > 1:
        return f"It names the rooms {' and '.join(rooms)}: write one line for each."
    if rooms:
        return ""
    numbers = [word for word in words if any(sign.isdigit() for sign in word)]
    return f"There is no room {numbers[0]}." if numbers else "It names no room."


def _time_fault(times: Sequence[dt.time], plain: str) -> str:
    if len(times) > 1:
        words = " and ".join(f"{each:%H:%M}" for each in times)
        return f"It has the times {words}: write one line for each."
    if not times and (odd := re.search(r"\d{1,2}\s?[:h]\s?\d{1,2}", plain, re.IGNORECASE)):
        return f"{odd[0]} is not a time of day."
    return ""


def _clock(four: str) -> dt.time:
    return dt.time(int(four[:2]), int(four[2:]))


def _without_repetitions(lines: Iterable[Line]) -> list[Line]:
    seen: dict[tuple[str, dt.time | None], int] = {}
    found = []
    for line in lines:
        key = (line.room, line.time)
        if not line.fault and key in seen:
            line = Line(line.number, line.text, line.room, line.time, f"As line {seen[key]}.")
        elif not line.fault:
            seen[key] = line.number
        found.append(line)
    return found
