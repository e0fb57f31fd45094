"""Parsing a list from a tour guide: one room, and optionally a time, in each line. Pure."""

import csv
import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from wakeups.booking.targets import by_plain, rooms_in
from wakeups.booking.times import Reading, read_cell, read_line
from wakeups.booking.times.plain import plain

_SEPARATOR: Final = re.compile(r"[\s,;|、/]+")
# A longer pasted list is a mistake.
MOST_LINES: Final = 2000
_OF_ROOMS: Final = frozenset(
    [
        "ROOM",
        "ROOM NO",
        "ROOM NUMBER",
        "ROOMNO",
        "RM",
        "RM NO",
        "ZIMMER",
        "ZIMMERNR",
        "ZIMMERNUMMER",
        "ZI",
        "ZI NR",
        "CHAMBRE",
        "房号",
        "房號",
        "房间",
        "房間",
        "房间号",
        "房間號",
        "部屋",
        "部屋番号",
        "号室",
        "客室",
        "객실",
        "호실",
        "방",
        "룸",
    ]
)
_OF_TIMES: Final = frozenset(
    [
        "TIME",
        "WAKE",
        "WAKE UP",
        "WAKEUP",
        "WAKE UP TIME",
        "WAKEUP TIME",
        "WAKE UP CALL",
        "WAKE UP AT",
        "CALL TIME",
        "MORNING CALL",
        "UHRZEIT",
        "ZEIT",
        "WECKZEIT",
        "WECKEN",
        "WECKRUF",
        "时间",
        "時間",
        "时刻",
        "時刻",
        "叫醒",
        "叫醒时间",
        "叫醒時間",
        "叫早",
        "叫早时间",
        "叫早時間",
        "起床",
        "起床时间",
        "起床時間",
        "モーニングコール",
        "시간",
        "시각",
        "모닝콜",
        "기상",
        "기상시간",
    ]
)


@dataclass(frozen=True)
class Line:
    """One line of a list. ``fault``: why it cannot be used; ``room`` is then set if it is known.

    :ivar time: None: the line has none, and the times for all are used
    :ivar unsure: its time cannot be read
    :ivar midnight: the midnight between two days
    :ivar day: "today" or "tomorrow", where the line says so
    """

    number: int
    text: str
    room: str = ""
    time: dt.time | None = None
    fault: str = ""
    unsure: bool = False
    midnight: bool = False
    day: str = ""


@dataclass(frozen=True)
class _Table:
    """The columns that the first line names. -1: there is none."""

    delimiter: str
    columns: int
    room: int
    time: int


def read_list(text: str, numbers: Iterable[str]) -> list[Line]:
    """One room, and optionally a time, in each line.

    Blank lines are skipped; a repeated line is a fault. If the first line names the columns, times
    are read from their column only.
    """
    known = by_plain(numbers)
    raw = [
        (number, each.strip(" \r\n\u3000"))
        for number, each in enumerate(text.splitlines(), 1)
        if each.strip()
    ]
    table = _table(raw[0][1]) if raw else None
    return _without_repetitions(_line(number, each, known, table) for number, each in raw)


def _line(number: int, raw: str, known: Mapping[str, str], table: _Table | None) -> Line:
    cells = _cells(raw, table.delimiter) if table else []
    if table and len(cells) == table.columns:
        read, where = _by_columns(cells, known, table)
    else:
        read = read_line(raw, known)
        where = read.rest
    words = [word for word in _SEPARATOR.split(where) if word]
    rooms = rooms_in(words, known)
    fault = _room_fault(rooms, words)
    unsure = not fault and bool(read.fault)
    time = read.times[0] if len(read.times) == 1 and not read.fault else None
    return Line(
        number,
        raw[:200],
        rooms[0] if len(rooms) == 1 else "",
        time,
        fault or read.fault,
        unsure,
        read.midnight,
        read.day,
    )


def _table(first: str) -> _Table | None:
    """The columns, if the line consists of their names and nothing else."""
    for delimiter in "\t;|,":
        names = [
            re.sub(r"[\s.:#_-]+", " ", plain(cell)).strip() for cell in _cells(first, delimiter)
        ]
        times = [place for place, name in enumerate(names) if name in _OF_TIMES]
        rooms = [place for place, name in enumerate(names) if name in _OF_ROOMS]
        if len(names) > 1 and len(times) == 1:
            return _Table(delimiter, len(names), rooms[0] if len(rooms) == 1 else -1, times[0])
    return None


def _cells(raw: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([plain(raw)], delimiter=delimiter), [])
    except csv.Error:
        return []


def _by_columns(cells: list[str], known: Mapping[str, str], table: _Table) -> tuple[Reading, str]:
    """The time of its column. Without a column for rooms, any other column may name the room."""
    others = [cell for place, cell in enumerate(cells) if place != table.time]
    cell = cells[table.time].strip()
    where = cells[table.room] if table.room >= 0 else " ".join(others)
    if cell in ("", "-", "–", "—"):
        return (Reading(), where) if not cell else (_nobody(cell), where)
    read = read_cell(cell)
    # AM or PM may have a column of its own.
    beside = read_line(f"{cell} {' '.join(others)}", known)
    halves = [each for each in others if re.fullmatch(r"\s*[AP]\.?\s?M\.?\s*", each)]
    if halves and not read.fault:
        read = read_cell(f"{cell} {halves[0].strip()}")
    elif " apart from " in beside.fault:
        read = replace(read, fault=read.fault or beside.fault)
    return replace(read, day=read.day or beside.day), where


def _nobody(cell: str) -> Reading:
    return Reading(fault=f"It says {cell}: take the line out if nobody is to be woken.")


def _room_fault(rooms: Sequence[str], words: Sequence[str]) -> str:
    if len(rooms) > 1:
        return f"It names the rooms {' and '.join(rooms)}: write one line for each."
    if rooms:
        return ""
    numbers = [word for word in words if any(sign.isdigit() for sign in word)]
    return f"There is no room {numbers[0]}." if numbers else "It names no room."


def _without_repetitions(lines: Iterable[Line]) -> list[Line]:
    seen: dict[tuple[str, dt.time | None], int] = {}
    found = []
    for line in lines:
        key = (line.room, line.time)
        if not line.fault and key in seen:
            line = replace(line, fault=f"As line {seen[key]}.")
        elif not line.fault:
            seen[key] = line.number
        found.append(line)
    return found
