"""Reading times from a line, a table cell or a field."""

import datetime as dt
import re
from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Final

from wakeups.booking.times import dayparts, doubts
from wakeups.booking.times.days import day_of
from wakeups.booking.times.fractions import FRACTION, minutes
from wakeups.booking.times.grammar import DOTTED, clock
from wakeups.booking.times.noise import BLANK, without_numbers
from wakeups.booking.times.plain import plain
from wakeups.booking.times.scanning import (
    ASK,
    Scan,
    add_time,
    check_surroundings,
    read_way,
    scan_times,
)

_MIDNIGHT: Final = re.compile(
    r"(?<!\w)(?:12(?::00)?\s|0?0:00\s)?(?:MIDNIGHT|MITTERNACHT)(?!\w)|午夜|子夜|真夜中(?![0-9])|자정"
)
_NOON: Final = re.compile(r"(?<!\w)(?:NOON|MIDDAY|MITTAG)(?!\w)|正午|정오")
_BETWEEN_TIMES: Final = re.compile(
    r"(?<!\w)(?:AND|UND|AT|UM|PUNKT|SHARP|PÜNKTLICH)(?!\w)|[\s,;|()和与/&@\"'“”.!。！\x1f]"
)


@dataclass(frozen=True)
class Reading:
    """What a text says about times.

    :ivar fault: why they are uncertain; empty: they are certain
    :ivar midnight: a time is the midnight between two days
    :ivar day: the day that the text names ("tomorrow"); empty: none
    :ivar rest: the normalized text without what was read
    """

    times: tuple[dt.time, ...] = ()
    fault: str = ""
    midnight: bool = False
    day: str = ""
    rest: str = ""


def read_line(text: str, rooms: Container[str] = ()) -> Reading:
    """The times of a line that has other columns too.

    :param rooms: all room numbers, normalized by :func:`plain`
    """
    scan = scan_times(text, rooms)
    line, rest = scan.text, without_numbers(scan.left, rooms)
    if scan.found:
        _require_no_other_trace(scan)
    else:
        _read_less_clear_times(scan)
        rest = without_numbers(scan.left, rooms)
    if not scan.found and not scan.fault:
        _explain_nothing_found(scan, line, rest)
    return _result(scan, line, rest)


def read_cell(text: str) -> Reading:
    """The time of a cell in a column of times, where a bare number is a time too."""
    bare = plain(text).strip()
    if re.fullmatch(r"\d{1,2}", bare):
        found = clock(int(bare), 0)
    elif re.fullmatch(r"\d{3,4}", bare):
        found = clock(int(bare[:-2]), int(bare[-2:]))
    elif match := re.fullmatch(r"(?:\d{5}|0)?[.,](\d+)", bare):
        found = minutes(match[1])
    else:
        return _whole(text)
    if found is None:
        return Reading(fault=f"{bare} is not a time of day.")
    return Reading((dt.time(*divmod(found, 60)),))


def read_time(text: str) -> tuple[dt.time | None, str]:
    """The only time of a field, and a fault or an empty text."""
    times, fault = read_times(text)
    if fault or len(times) == 1:
        return (times[0] if times and not fault else None), fault
    return None, "One time of day, please: 06:30."


def read_times(text: str) -> tuple[tuple[dt.time, ...], str]:
    """Times of day like ``06:30, 7:15``, in order, and a fault or an empty text."""
    found: dict[dt.time, None] = {}
    for word in re.split(r"[;、\n]+|,(?!\d{3,})", plain(text)):
        if not word.strip():
            continue
        read = _times_of(word.strip())
        if not read:
            wrong = f"“{word.strip()}” is not a time: write 06:30, or 06:30, 07:15 for two."
            return (), wrong
        found.update(dict.fromkeys(read))
    return tuple(sorted(found)), ""


def _times_of(word: str) -> tuple[dt.time, ...]:
    if re.fullmatch(r"\d{3,4}", word) or FRACTION.fullmatch(word):
        return read_cell(word).times
    read = _whole(word)
    return () if read.fault or read.midnight or read.day else read.times


def _whole(text: str) -> Reading:
    """A text that must consist of times only."""
    read = read_line(text)
    left = _BETWEEN_TIMES.sub("", read.rest)
    if not text.strip() or read.fault or (read.times and not left):
        return read
    return Reading(fault=f"“{text.strip()}” cannot be read as a time: {ASK}.")


def _require_no_other_trace(scan: Scan) -> None:
    """Beside the times read, there must be no trace of another or of the other half of the day."""
    left = _without_words(scan.left)
    if trace := doubts.trace(left, scan.rooms):
        scan.add_fault(f"{trace} is not a time of day.")
    early = any(found < 13 * 60 for found in scan.found)
    if early and not scan.has_part and (late := dayparts.LATE.search(left)):
        scan.add_fault(f"It says {late[0]} apart from the time: write 15:30, or 3:30 PM.")


def _without_words(left: str) -> str:
    return _NOON.sub(" ", _MIDNIGHT.sub(" ", left))


def _read_less_clear_times(scan: Scan) -> None:
    """Times that count only if the line has no clearer one: 6.30, 0.2708333, noon."""
    for match in FRACTION.finditer(scan.left):
        found = minutes(match["digits"] or match["exact"])
        add_time(scan, match[0], found, None, None)
        scan.consume(match.start(), match.end())
    read_way(scan, DOTTED)
    if scan.found:
        _require_no_other_trace(scan)
        return
    for pattern, minute, ends_day in ((_NOON, 720, False), (_MIDNIGHT, 0, True)):
        if word := pattern.search(scan.left):
            scan.found[minute] = ends_day
            check_surroundings(scan, word.start(), word.end())
            scan.consume(word.start(), word.end())


def _explain_nothing_found(scan: Scan, line: str, rest: str) -> None:
    if words := doubts.trace(rest, scan.rooms, weak=True):
        scan.add_fault(f"{words} is not a time of day.")
    elif words := doubts.no_call_wanted(line):
        scan.add_fault(f"It says {words}: take the line out if nobody is to be woken.")
    elif words := doubts.may_be_time(line, rest, scan.rooms):
        scan.add_fault(
            f"{words} may be a time or not: {_as_time(words)} if it is one, or take it out."
        )
    elif half := dayparts.LATE.search(rest):
        scan.add_fault(f"It says {half[0]}, and no time: {ASK}.")


def _as_time(words: str) -> str:
    digits = re.sub(r"\D", "", words)
    if len(digits) < 3:
        return ASK
    return f"write {int(digits[:-2]):02}:{digits[-2:]}"


def _result(scan: Scan, line: str, rest: str) -> Reading:
    times = tuple(dt.time(*divmod(found, 60)) for found in sorted(scan.found))
    fault = scan.fault
    if len(times) > 1 and not fault:
        words = _and(f"{each:%H:%M}" for each in times)
        fault = f"It has the times {words}: write one line for each."
    return Reading(times, fault, any(scan.found.values()), day_of(line), rest.replace(BLANK, " "))


def _and(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}"
