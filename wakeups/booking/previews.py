"""Previewing wake-up calls for many rooms. Nothing is saved.

:mod:`wakeups.booking.bulk` books them.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.db.models import QuerySet

from hotelpbx.refusals import Refusal
from rooms.models import Property, Stay
from rooms.models.property import OccupancyStatus
from rooms.natural_order import natural_key
from wakeups.booking import calls
from wakeups.booking.requests import WakeUpRequest, complete, next_day
from wakeups.booking.room_lists import Line, read_list
from wakeups.booking.stay_dates import OutsideStay, day_in_words, in_words
from wakeups.booking.targets import choose_rooms
from wakeups.booking.times.days import is_that_day
from wakeups.schedule import instant_of


@dataclass(frozen=True)
class Choice:
    """Who is to be woken; the fields add up.

    :ivar rooms: ``201-215, 301``
    :ivar floor: all occupied rooms of that floor
    :ivar group: the code of a group, for its stays in house
    :ivar lines: a list with one room, and optionally a time, in each line
    :ivar times: for all but the lines that have their own
    """

    rooms: str = ""
    floor: str = ""
    group: str = ""
    lines: str = ""
    times: tuple[dt.time, ...] = ()


@dataclass(frozen=True)
class Entry:
    """One call that would be booked.

    :ivar due: when it would first ring; None: never
    :ivar fault: why it cannot be booked
    :ivar question: why it needs a confirmation: it is outside the stay
    """

    room: str
    time: dt.time
    stay: Stay | None
    fault: str = ""
    source: str = ""
    due: dt.datetime | None = None
    day: dt.date | None = None
    question: str = ""

    @property
    def said(self) -> str:
        """When it first rings, with its day in full."""
        return in_words(self.due, self.stay.property) if self.due and self.stay else ""


@dataclass(frozen=True)
class Preview:
    """What would be booked, and what could not be read.

    :ivar unsure: the time of a line is uncertain; then nothing of the list is booked
    """

    entries: list[Entry] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    unsure: bool = False

    @property
    def good(self) -> list[Entry]:
        """Entries that can be booked."""
        return [entry for entry in self.entries if not entry.fault]

    @property
    def bad(self) -> list[Entry]:
        """Entries that cannot."""
        return [entry for entry in self.entries if entry.fault]


def preview(property_: Property, choice: Choice, request: WakeUpRequest) -> Preview:
    """What would be booked for a choice. A request that is invalid itself is refused."""
    # Each entry has its own time. Without a day it is the next time that comes.
    complete(property_, replace(request, time=dt.time.max))
    numbers = list(property_.rooms.values_list("number", flat=True))
    chosen = choose_rooms(choice.rooms, numbers)
    faults = list(chosen.faults)
    pairs: dict[tuple[str, dt.time], str] = {}
    rooms = [*chosen.rooms, *_rooms_of_floor(property_, choice.floor)]
    stays_of_group, absent = _group(property_, choice.group)
    faults += absent
    for number in rooms:
        pairs.update(dict.fromkeys(((number, time) for time in choice.times), ""))
    unsure = False
    for line in read_list(choice.lines, numbers):
        times = (line.time,) if line.time else choice.times
        doubt = line.fault if line.unsure else _doubt(property_, line, times, request)
        unsure = unsure or (bool(doubt) and not line.fault) or line.unsure
        if fault := line.fault or doubt:
            faults.append(f"Line {line.number}, “{line.text}”: {fault}")
        pairs.update(dict.fromkeys(((line.room, time) for time in times if not fault), _of(line)))
    entries = _entries(property_, pairs, stays_of_group, choice.times)
    checked = [_checked(entry, request) for entry in entries]
    return Preview(sorted(checked, key=_by_day), faults, unsure)


def _doubt(
    property_: Property, line: Line, times: Sequence[dt.time], request: WakeUpRequest
) -> str:
    """Why it is uncertain when a line is to ring, although its time can be read."""
    if not times:
        return "It has no time, and none is given for all."
    if line.midnight and request.date:
        return (
            "Midnight begins a day and ends one: "
            f"write 00:00 for the one that begins {day_in_words(request.date)}."
        )
    today = property_.local_now().date()
    for time in times:
        day = request.date or next_day(property_, time)
        if not is_that_day(line.day, day, today):
            due = instant_of(day, time, property_.zone)
            return (
                f"It says {line.day}, and would ring on {in_words(due, property_)}: "
                "choose the day in the form."
            )
    return ""


def _rooms_of_floor(property_: Property, floor: str) -> list[str]:
    """Occupied rooms only, because a floor stands for the guests who sleep there."""
    if not floor:
        return []
    rooms = property_.rooms.filter(floor=floor, occupancy_status=OccupancyStatus.OCCUPIED)
    return list(rooms.values_list("number", flat=True))


def _group(property_: Property, code: str) -> tuple[list[Stay], list[str]]:
    """The stays of a group in house, and faults for those that are not."""
    if not code:
        return [], []
    stays = _with_room(property_.stays.filter(group__code=code))
    here = [stay for stay in stays if stay.status == Stay.Status.IN_HOUSE]
    expected = [stay for stay in stays if stay.status == Stay.Status.RESERVED]
    faults = [
        f"{stay.main_guest or stay.reference} of group {code} is not in house yet."
        for stay in expected
    ]
    return here, faults if here or faults else [f"Nobody of group {code} is in house."]


def _entries(
    property_: Property,
    pairs: Mapping[tuple[str, dt.time], str],
    stays_of_group: Sequence[Stay],
    times: Sequence[dt.time],
) -> list[Entry]:
    mains = _main_stays(property_, {room for room, _ in pairs})
    found = {
        (room, time, stay.pk if (stay := mains.get(room)) else 0): Entry(
            room, time, mains.get(room), source=source
        )
        for (room, time), source in pairs.items()
    }
    for stay in stays_of_group:
        for time in times:
            entry = Entry(str(stay.room or ""), time, stay)
            found.setdefault((entry.room, time, stay.pk), entry)
    return list(found.values())


def _by_day(entry: Entry) -> tuple[bool, dt.datetime, dt.time, str]:
    due = entry.due or dt.datetime.max.replace(tzinfo=dt.UTC)
    return bool(entry.question), due, entry.time, natural_key(entry.room)


def _main_stays(property_: Property, numbers: set[str]) -> dict[str, Stay]:
    """The main stay of each room: of several the one that checked in first."""
    here = _with_room(property_.stays.filter(status=Stay.Status.IN_HOUSE, room__number__in=numbers))
    found: dict[str, Stay] = {}
    for stay in here.order_by("checked_in_at", "pk"):
        found.setdefault(str(stay.room), stay)
    return found


def _with_room(stays: QuerySet[Stay]) -> QuerySet[Stay]:
    """Prefetch what checking each of them reads, in a fixed number of queries."""
    return (
        stays.select_related("room", "property__pbx")
        .prefetch_related("guests", "wake_up_calls__property")
        .order_by("room__order", "room__number", "pk")
    )


def _checked(entry: Entry, request: WakeUpRequest) -> Entry:
    if entry.stay is None:
        return replace(entry, fault=f"Room {entry.room} is vacant.")
    try:
        call = calls.prepare(entry.stay, replace(request, time=entry.time))
    except OutsideStay as refusal:
        call = calls.prepare(entry.stay, replace(request, time=entry.time), outside_stay=True)
        entry = replace(entry, question=refusal.detail)
    except Refusal as refusal:
        return replace(entry, fault=refusal.detail)
    return replace(entry, due=call.due_at, day=call.date)


def _of(line: Line) -> str:
    return f"line {line.number}: {line.text}"
