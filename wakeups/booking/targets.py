"""Parsing which rooms are meant: ``201-215, 301``. Pure.

Every fault names the words and what is wrong with them; nothing is guessed.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from rooms.natural_order import natural_key
from wakeups.booking.times.plain import plain

_RANGE: Final = re.compile(r"\s*(?:[-–—~〜]|\bTO\b|\bBIS\b|至|到)\s*")
_AND: Final = re.compile(r"[,;|、/\n&]+|\b(?:AND|UND|ET)\b|[和与]")
# A word for "room": a whole word, not the beginning of a name (Nordic, Noah, Zita).
_BEFORE: Final = r"ROOMS?|RMS?|ZIMMER|ZI|CHAMBRE|NO|NR|N°|#|客房|房间号?|房間|房号|房號|部屋|객실"
_AFTER: Final = "号房间?|號房間?|号室|號室|号|號|室|房间?|房間|호실|호"
_ROOM_WORD: Final = re.compile(rf"(?<![^\W\d_])(?:{_BEFORE})(?![A-ZÄÖÜ])[.:#]*|(?<=\d)(?:{_AFTER})")
_AROUND: Final = ".:()-–—=@<>*\"'“”"
_SIGNS: Final = re.compile(r"[\u3040-\u9fff\uac00-\ud7a3]")
_NUMBERS: Final = re.compile(r"[A-Z0-9-]+")
_ONE_WORD: Final = re.compile(rf"(?P<before>{_BEFORE})?[.:#]*(?P<core>.+?)(?P<after>{_AFTER})?")


@dataclass(frozen=True)
class Chosen:
    """Rooms in natural order, and faults."""

    rooms: tuple[str, ...]
    faults: tuple[str, ...]


def by_plain(numbers: Iterable[str]) -> dict[str, str]:
    """Room numbers by their normalized form, to compare with what people write."""
    return {plain(number): number for number in numbers}


def choose_rooms(text: str, numbers: Iterable[str]) -> Chosen:
    """The rooms that ``text`` names, one by one or as inclusive ranges."""
    known = by_plain(numbers)
    found: dict[str, None] = {}
    faults: list[str] = []
    for word in _words(text, known):
        rooms, fault = _named(word, known)
        found.update(dict.fromkeys(rooms))
        if fault:
            faults.append(fault)
    return Chosen(tuple(sorted(found, key=natural_key)), tuple(dict.fromkeys(faults)))


def rooms_in(words: list[str], known: Mapping[str, str]) -> list[str]:
    """The rooms among the words of a line; only the one after the word "room", if there is one."""
    found: dict[str, None] = {}
    for place, word in enumerate(words):
        bare = word.strip(_AROUND)
        if bare in known:
            found[known[bare]] = None
            if _is_room_word(words[place - 1] if place else ""):
                return [known[bare]]
        elif (match := _ONE_WORD.fullmatch(bare)) and match["core"] in known:
            return [known[match["core"]]]
        elif (one := _among_signs(bare)) in known:
            found[known[one]] = None
    return list(found)


def _among_signs(word: str) -> str:
    """The only number in a sentence without spaces: 叫醒201房."""
    if not _SIGNS.search(word):
        return ""
    numbers = [each for each in _NUMBERS.findall(word) if any(map(str.isdigit, each))]
    return numbers[0] if len(numbers) == 1 else ""


def _is_room_word(word: str) -> bool:
    return re.fullmatch(rf"(?:{_BEFORE})[.:#]*", word) is not None


def _words(text: str, known: Mapping[str, str]) -> list[str]:
    """The rooms and ranges of a text. Words on both sides of a dash belong together."""
    whole = plain(text)
    if whole.strip() in known:
        return [whole.strip()]
    words: list[str] = []
    for part in map(str.strip, _AND.split(whole)):
        if part in known:
            words.append(part)
        else:
            words += _RANGE.sub("-", _ROOM_WORD.sub(" ", part).strip()).split()
    return words


def _named(word: str, known: Mapping[str, str]) -> tuple[list[str], str]:
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


def _between(first: str, last: str, known: Mapping[str, str]) -> tuple[list[str], str]:
    low, high = natural_key(first), natural_key(last)
    if low > high:
        return [], f"{first}-{last} runs backwards: write {last}-{first}."
    return [known[each] for each in known if low <= natural_key(each) <= high], ""
