"""The effect of the acts of a week, computed without any of the hotel's own code."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from tests.wakeups.week.acts import (
    Ask,
    Attend,
    Away,
    Cancel,
    Change,
    CheckIn,
    CheckOut,
    Move,
    Reboot,
    SetByHand,
    Spec,
)
from tests.wakeups.week.desk import BACKUP
from tests.wakeups.week.running import Done

_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NEVER = datetime(9000, 1, 1, tzinfo=UTC)


@dataclass
class Span:
    """From ``since`` until ``until``: a guest in a room, or an outage."""

    what: str
    since: datetime
    until: datetime = NEVER

    def holds(self, at: datetime) -> bool:
        return self.since <= at <= self.until

    def meets(self, since: datetime, until: datetime) -> bool:
        return self.since <= until and since <= self.until


@dataclass
class Wanted:
    """A request from ``since`` until it was changed or cancelled, or the guest left."""

    request: int
    guest: str
    spec: Spec
    since: datetime
    until: datetime = NEVER


@dataclass
class Reality:
    """Who was where, who requested what, and what was down during a week."""

    zone: ZoneInfo
    rooms: dict[str, list[Span]] = field(default_factory=dict)  # by guest
    departures: dict[str, date] = field(default_factory=dict)
    wanted: list[Wanted] = field(default_factory=list)
    away: list[Span] = field(default_factory=list)
    by_hand: list[Done] = field(default_factory=list)
    vips: set[str] = field(default_factory=set)
    attended: dict[int, list[datetime]] = field(default_factory=lambda: defaultdict(list))

    def take(self, done: Done) -> None:
        """Take note of an act. What was refused changes nothing."""
        if not done.refused and not self._guests(done):
            self._wishes(done)
            self._world(done)

    def _guests(self, done: Done) -> bool:
        """Who comes, goes elsewhere, leaves."""
        match done.act:
            case CheckIn(guest=guest, room=room, departure=departure, vip=vip):
                self.vips |= {guest} if vip else set()
                self.departures[guest] = departure
                self.rooms[guest] = [Span(room, done.at)]
            case Move(guest=guest, room=room):
                self.rooms[guest][-1].until = done.at
                self.rooms[guest].append(Span(room, done.at))
            case CheckOut(guest=guest):
                self.rooms[guest][-1].until = done.at
                self._end(done.at, guest=guest)
            case _:
                return False
        return True

    def _wishes(self, done: Done) -> None:
        match done.act:
            case Ask(guest=guest, request=request, spec=spec):
                self.wanted.append(Wanted(request, guest, spec, done.at))
            case Change(request=request, spec=spec):
                (before,) = self._end(done.at, request=request)
                self.wanted.append(Wanted(request, before.guest, spec, done.at))
            case Cancel(request=request):
                self._end(done.at, request=request)
            case Attend(request=request):
                self.attended[request].append(done.at)

    def _world(self, done: Done) -> None:
        match done.act:
            case Away(what="nothing"):
                self.away[-1].until = done.at
            case Away(what=what):
                self.away.append(Span(what, done.at))
            case Reboot():
                self.away.append(Span("reboot", done.at, done.at))
            case SetByHand():
                self.by_hand.append(done)

    def _end(self, at: datetime, *, guest: str = "", request: int = -1) -> list[Wanted]:
        open_ = [each for each in self.wanted if each.until == NEVER]
        ended = [each for each in open_ if each.request == request or each.guest == guest]
        for each in ended:
            each.until = at
        return ended

    def room_of(self, guest: str, at: datetime) -> str:
        """The room of a guest at that moment; empty if the guest is not in house."""
        return next((span.what for span in self.rooms.get(guest, []) if span.holds(at)), "")

    def guests_in(self, room: str, at: datetime) -> set[str]:
        return {
            guest
            for guest, spans in self.rooms.items()
            if any(span.what == room and span.holds(at) for span in spans)
        }

    def dues(self, wanted: Wanted) -> Iterator[datetime]:
        """When it must ring, while it was wanted."""
        for due in self.dues_of(wanted.spec, wanted.guest):
            if wanted.since < due <= wanted.until:
                yield due

    def dues_of(self, spec: Spec, guest: str) -> Iterator[datetime]:
        """When such a request is due, whether or not that has passed."""
        last = spec.date
        if spec.recurs:
            last = spec.until or max(spec.date, self.departures[guest])
        for after in range((last - spec.date).days + 1):
            day = spec.date + timedelta(days=after)
            if not spec.days or _NAMES[day.weekday()] in spec.days:
                yield due_on(day, spec.time, self.zone)

    def rings_at(self, wanted: Wanted, due: datetime) -> datetime:
        """When the PBX rings for what is due then: for a VIP after the person's time is over."""
        return due + timedelta(minutes=BACKUP if wanted.guest in self.vips else 0)

    def attended_at(self, wanted: Wanted, due: datetime) -> datetime | None:
        """When a person called the guest about what was due then, if one did."""
        called = self.attended.get(wanted.request, [])
        soon = due + timedelta(hours=1)
        return next((at for at in called if due <= at < soon and wanted.until >= at), None)

    def is_away(self, since: datetime, until: datetime) -> bool:
        return any(span.meets(since, until) for span in self.away)


@cache
def due_on(day: date, wall: str, zone: ZoneInfo) -> datetime:
    """The first minute of the world at which the walls of ``zone`` show ``wall`` or, where that is
    skipped, the first one later than it. Found by looking at every minute."""
    minute = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=15)
    wanted = f"{day.isoformat()} {wall}"
    while f"{minute.astimezone(zone):%Y-%m-%d %H:%M}" < wanted:
        minute += timedelta(minutes=1)
    return minute
