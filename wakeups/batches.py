"""One wake-up call for each of many: chosen first, seen by a person, then made as a job."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from hotelpbx.refusals import Refusal
from rooms import jobs
from rooms.audit import Actor
from rooms.jobs import Task
from rooms.locking import lock_many
from rooms.models import Group, Job, JobItem, Property, Stay
from rooms.models.hotel import OccupancyStatus
from wakeups import calls, planning
from wakeups.models import WakeUpCall
from wakeups.targets import Line, choose_rooms, natural, read_list
from wakeups.wishes import Wish, complete, must_be_ahead

KIND = "wake_up_calls"


@dataclass(frozen=True)
class Choice:
    """Who is to be woken. All that is given adds up.

    :ivar rooms: ``201-215, 301``
    :ivar floor: of all occupied rooms of that floor
    :ivar group: the code of a group: its guests in house
    :ivar lines: a list with one room, and perhaps a time, in each line
    :ivar times: when, for all but the lines that say so themselves
    """

    rooms: str = ""
    floor: str = ""
    group: str = ""
    lines: str = ""
    times: tuple[dt.time, ...] = ()


@dataclass(frozen=True)
class Entry:
    """One call that would be made. ``fault``: why it cannot be."""

    room: str
    time: dt.time
    stay: Stay | None
    fault: str = ""
    source: str = ""


@dataclass(frozen=True)
class Preview:
    """What would be made, and what could not be understood."""

    entries: list[Entry] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def good(self) -> list[Entry]:
        """Those that can be made."""
        return [entry for entry in self.entries if not entry.fault]

    @property
    def bad(self) -> list[Entry]:
        """Those that cannot."""
        return [entry for entry in self.entries if entry.fault]


def preview(hotel: Property, choice: Choice, wish: Wish) -> Preview:
    """What a choice comes to. Nothing is changed; what is wrong with the wish itself is refused."""
    wish = complete(hotel, wish)
    numbers = list(hotel.rooms.values_list("number", flat=True))
    chosen = choose_rooms(choice.rooms, numbers)
    faults = list(chosen.faults)
    pairs: dict[tuple[str, dt.time], str] = {}
    rooms = [*chosen.rooms, *_rooms_of_floor(hotel, choice.floor)]
    stays_of_group, absent = _group(hotel, choice.group)
    faults += absent
    for number in rooms:
        pairs.update(dict.fromkeys(((number, time) for time in choice.times), ""))
    for line in read_list(choice.lines, numbers):
        times = (line.time,) if line.time else choice.times
        fault = line.fault or ("" if times else "It has no time, and none is given for all.")
        if fault:
            faults.append(f"Line {line.number}, “{line.text}”: {fault}")
        pairs.update(dict.fromkeys(((line.room, time) for time in times if not fault), _of(line)))
    entries = _entries(hotel, pairs, stays_of_group, choice.times)
    return Preview([_checked(entry, wish) for entry in entries], faults)


def make(
    hotel: Property,
    tasks: Iterable[tuple[str, str, dt.time]],
    wish: Wish,
    *,
    actor: Actor,
    key: UUID | None = None,
) -> Job:
    """Have the calls made: reference, words and time of each, the rest of the wish for all."""
    return jobs.ask_for(
        hotel,
        KIND,
        [
            Task(reference, words, _as_json(replace(wish, time=time)))
            for reference, words, time in tasks
        ],
        actor=actor,
        key=key,
    )


def make_for_group(hotel: Property, group: Group, wish: Wish, *, actor: Actor) -> Job:
    """The same call for each stay of a group that is in house or expected.

    Those that are not in house yet are among the failures, so that nobody is left out unseen.
    """
    wish = complete(hotel, wish)
    must_be_ahead(hotel, wish)
    stays = (
        group.stays.filter(status__in=(Stay.Status.IN_HOUSE, Stay.Status.RESERVED))
        .select_related("room")
        .order_by("room__number", "pk")
    )
    return make(
        hotel,
        [(stay.reference, str(stay.room or ""), wish.time) for stay in stays],
        wish,
        actor=actor,
    )


class WakeUpCalls:
    """The kind of job: a wake-up call for each stay. A hundred at a time, so that their alarms
    are there together for one request to the PBX."""

    together = 100

    def lock(self, job: Job, items: Sequence[JobItem]) -> Mapping[str, Stay]:
        """Rooms in their order, then the stays."""
        wanted = Stay.objects.filter(
            property=job.property_id, reference__in=[item.reference for item in items]
        )
        return {stay.reference: stay for stay in lock_many(wanted)}

    def act(self, item: JobItem, stay: Stay | None, actor: Actor) -> None:
        """Promise it."""
        if stay is None:
            raise Refusal(
                "stay_not_found",
                f"Stay {item.reference} is not there, or moves just now: look, and try again.",
                "not_found",
            )
        calls.promise(stay, _from_json(item.wish), actor=actor)

    def after(self, stays: Iterable[Stay]) -> None:
        """Place what is due within a day."""
        made = WakeUpCall.objects.filter(stay__in=stays, status__in=WakeUpCall.OPEN)
        planning.look_after(list(made.values_list("pk", flat=True)))


def _rooms_of_floor(hotel: Property, floor: str) -> list[str]:
    """Occupied rooms only: whoever chooses a floor means those who sleep there."""
    if not floor:
        return []
    rooms = hotel.rooms.filter(floor=floor, occupancy_status=OccupancyStatus.OCCUPIED)
    return sorted(rooms.values_list("number", flat=True), key=natural)


def _group(hotel: Property, code: str) -> tuple[list[Stay], list[str]]:
    """The stays of a group in house, and who of it is missing."""
    if not code:
        return [], []
    stays = _with_room(hotel.stays.filter(group__code=code))
    here = [stay for stay in stays if stay.status == Stay.Status.IN_HOUSE]
    expected = [stay for stay in stays if stay.status == Stay.Status.RESERVED]
    faults = [
        f"{stay.main_guest or stay.reference} of group {code} is not in house yet."
        for stay in expected
    ]
    return here, faults if here or faults else [f"Nobody of group {code} is in house."]


def _entries(
    hotel: Property,
    pairs: Mapping[tuple[str, dt.time], str],
    stays_of_group: Sequence[Stay],
    times: Sequence[dt.time],
) -> list[Entry]:
    mains = _main_stays(hotel, {room for room, _ in pairs})
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
    return sorted(found.values(), key=lambda entry: (entry.time, natural(entry.room)))


def _main_stays(hotel: Property, numbers: set[str]) -> dict[str, Stay]:
    """Whose room each is: of those who share one, who has been there longest."""
    here = _with_room(hotel.stays.filter(status=Stay.Status.IN_HOUSE, room__number__in=numbers))
    found: dict[str, Stay] = {}
    for stay in here.order_by("checked_in_at", "pk"):
        found.setdefault(str(stay.room), stay)
    return found


def _with_room(stays: QuerySet[Stay]) -> QuerySet[Stay]:
    """With what a check of each reads, in a fixed number of queries."""
    return (
        stays.select_related("room", "property__pbx")
        .prefetch_related("guests", "wake_up_calls__property")
        .order_by("room__number", "pk")
    )


def _checked(entry: Entry, wish: Wish) -> Entry:
    if entry.stay is None:
        return replace(entry, fault=f"Room {entry.room} is vacant.")
    try:
        calls.prepare(entry.stay, replace(wish, time=entry.time))
    except Refusal as refusal:
        return replace(entry, fault=refusal.detail)
    return entry


def _of(line: Line) -> str:
    return f"line {line.number}"


def _as_json(wish: Wish) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, dt.date | dt.time) else value
        for name, value in asdict(wish).items()
    }


def _from_json(found: Mapping[str, Any]) -> Wish:
    until = found["until"]
    return Wish(
        **{
            **found,
            "date": dt.date.fromisoformat(found["date"]),
            "time": dt.time.fromisoformat(found["time"]),
            "until": dt.date.fromisoformat(until) if until else None,
            "weekdays": tuple(found["weekdays"]),
        }
    )
