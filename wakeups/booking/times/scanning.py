"""Scanning a text for times: each notation consumes what it can read."""

import re
from collections.abc import Container
from dataclasses import dataclass, field
from typing import Final

from wakeups.booking.times import dayparts, doubts
from wakeups.booking.times.grammar import AT, SURE, WITH_PART, Way
from wakeups.booking.times.noise import blank, without_other_columns
from wakeups.booking.times.plain import plain

ASK: Final = "write it as 06:30"
_TWELVE_MIDNIGHT: Final = re.compile(
    r"(?<![\d.:])(?:12|12:00|0?0:00)\s(?:MIDNIGHT|MITTERNACHT)(?!\w)"
)


@dataclass
class Scan:
    """A text being scanned. ``text``: the whole of it; ``left``: without what was consumed."""

    text: str
    left: str
    rooms: Container[str]
    found: dict[int, bool] = field(default_factory=dict)  # minutes → ends a day
    fault: str = ""
    has_part: bool = False

    def consume(self, start: int, end: int) -> None:
        self.left = self.left[:start] + blank(self.left[start:end]) + self.left[end:]

    def add_fault(self, fault: str) -> None:
        self.fault = self.fault or fault


Beside = re.Match[str] | None


def scan_times(text: str, rooms: Container[str]) -> Scan:
    line = plain(text)
    scan = Scan(line, without_other_columns(line), rooms)
    scan.text = scan.left
    for match in _TWELVE_MIDNIGHT.finditer(scan.left):
        scan.found[0] = True
        scan.consume(match.start(), match.end())
    for way in (*SURE, *AT):
        read_way(scan, way)
    for way in WITH_PART:
        read_way(scan, way, needs_part=True)
    scan.text = line
    return scan


def read_way(scan: Scan, way: Way, *, needs_part: bool = False) -> None:
    """Consume all times in one notation."""
    at = 0
    while match := way.pattern.search(scan.left, at):
        at = match.end()
        before, after = _parts_beside(scan, match, bare=needs_part)
        if needs_part and (not (before or after) or _is_room(scan, match[0])):
            at = match.start() + 1
            continue
        start = before.start() if before else match.start()
        end = after.end() if after else match.end()
        add_time(scan, scan.text[start:end].strip(" ,;|()"), way.read(match), before, after)
        check_surroundings(scan, start, end)
        scan.consume(start, end)


def _parts_beside(scan: Scan, match: re.Match[str], *, bare: bool) -> tuple[Beside, Beside]:
    """The parts of the day before and after a time. Beside a bare number, "am" is German."""
    before = dayparts.BEFORE.search(scan.left[: match.start()])
    after = dayparts.AFTER.match(scan.left, match.end())
    if bare and before and before["long"] and re.fullmatch(dayparts.HALF, before["long"]):
        before = None
    if bare and after and not after["long"].isascii():
        after = None
    if (
        bare
        and re.fullmatch(r"\d{3,4}", match[0])
        and after
        and not re.fullmatch(dayparts.HALF, after["long"])
    ):
        after = None
    return before, after


def _is_room(scan: Scan, number: str) -> bool:
    """Whether a number beside a part of the day is the room: "201 am Fenster", "10 am Fenster"."""
    if number not in scan.rooms:
        return False
    words = {*re.findall(r"\d+", scan.text), *re.findall(r"\w+", scan.text)} - {number}
    return len(number) > 2 or not any(word in scan.rooms for word in words)


def add_time(scan: Scan, words: str, written: int | None, before: Beside, after: Beside) -> None:
    """Add a time, as the parts of the day beside it say."""
    names = [each for match in (before, after) if match for each in match.groups() if each]
    hours: set[int] = set()
    ends_day = False
    if written is None:
        scan.add_fault(f"{words} is not a time of day.")
        return
    hour, minute = divmod(written, 60)
    for name in names:
        part = dayparts.part_of(name)
        meant = part.hours.get(hour)
        if meant is None:
            scan.add_fault(f"{words} is not a time of day.")
            return
        ends_day = ends_day or (part.ends_day and hour == 12)
        hours.add(meant)
    if len(hours) > 1:
        scan.add_fault(f"{words} is not a time of day.")
        return
    scan.has_part = scan.has_part or bool(names)
    scan.found[(hours.pop() if hours else hour) * 60 + minute] = ends_day


def check_surroundings(scan: Scan, start: int, end: int) -> None:
    """About six, six to seven, 6点5."""
    words = scan.text[start:end].strip(" ,;|()")
    span = doubts.SPAN_BEFORE.search(scan.text[:start]) or doubts.SPAN_AFTER.match(scan.text, end)
    about = doubts.ABOUT_BEFORE.search(scan.text[:start]) or doubts.ABOUT_AFTER.match(
        scan.text, end
    )
    if about or (span and span["n"] not in scan.rooms) or doubts.GLUED.match(scan.text, end):
        scan.add_fault(f"{words} is not said exactly: {ASK}.")
