"""Generates a week from a seed: who comes when, has which calls, and what goes wrong."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from tests.wakeups.week.acts import (
    AT_THE_DESK,
    Act,
    Away,
    Behave,
    Drift,
    Move,
    Reboot,
    Script,
    SetByHand,
)
from tests.wakeups.week.desk import SNOOZE_KEY
from tests.wakeups.week.guests import Guest
from tests.wakeups.week.requests import wishes_of

_BEHAVIOURS = ("answers", "ignores", "unregistered", "busy", "voicemail")
_SHARES = (70, 13, 6, 6, 5)
# What is pressed: what is asked for, nothing, something else, the snooze key.
_KEYS = (None, "", "5", SNOOZE_KEY)
_KEY_SHARES = (75, 9, 4, 12)
# When we are back, those who wait at the desk are seen to within it.
_QUEUE = timedelta(seconds=1)


def write(seed: int, *, zone: str, middle: date, rooms: int, calls: int) -> Script:
    """The week around ``middle``, the day on which the clocks change where they do."""
    return _Writer(Random(seed), ZoneInfo(zone), middle, rooms).write(calls)  # noqa: S311


class _Writer:
    def __init__(self, random: Random, zone: ZoneInfo, middle: date, rooms: int) -> None:
        self._random, self._zone, self._middle = random, zone, middle
        self._first = middle - timedelta(days=3)
        self._last = middle + timedelta(days=3)
        spare = max(2, rooms // 10)
        self._rooms = [str(1001 + place) for place in range(rooms)]
        self._used, self._spare = self._rooms[:-spare], self._rooms[-spare:]
        self._guests: list[Guest] = []
        self._acts: list[Act] = []

    def write(self, calls: int) -> Script:
        for room in self._used:
            self._fill(room)
        end = self._at(self._last + timedelta(days=1), time(0))
        self._wishes(calls, end)
        free = {room: self._at(self._first, time(0)) for room in self._spare}
        for guest in self._guests:
            self._acts += self._moves(guest, free)
            self._acts += guest.acts()
        self._acts += [*self._phones(), *self._by_hand(), *self._faults()]
        self._acts.sort(key=lambda act: act.at)
        acts = [act for act in _wait_for_the_desk(self._acts) if act.at < end]
        return Script(self._zone.key, self._first, self._last, self._rooms, acts)

    def _wishes(self, calls: int, end: datetime) -> None:
        """That many requests, all of them made within the week."""
        made = tried = 0
        while made < calls:
            guest = self._random.choice(self._guests)
            acts = wishes_of(guest, tried, self._random, self._zone, self._middle)
            tried += 1
            if acts and acts[0].at < end:
                made += 1
                self._acts += acts

    def _at(self, day: date, wall: time) -> datetime:
        return datetime.combine(day, wall, tzinfo=self._zone).astimezone(UTC)

    def _any(self, day: date, first: int, last: int) -> datetime:
        """Some second between two full hours of a day."""
        return self._at(day, time(0)) + timedelta(
            seconds=self._random.randrange(first * 3600, last * 3600)
        )

    def _fill(self, room: str) -> None:
        """One stay after another; sometimes the next guest comes within minutes."""
        random = self._random
        arrival = self._any(self._first, 0, 26)
        while arrival.astimezone(self._zone).date() < self._last:
            came = arrival.astimezone(self._zone).date()
            departure = came + timedelta(days=random.choice((1, 1, 2, 2, 3, 4)))
            leaves = self._any(departure, 6, 12)
            if random.random() < 0.12:
                early = self._any(departure - timedelta(days=1), 18, 24)
                leaves = max(early, arrival + timedelta(minutes=30))
            guest = self._guest(room, arrival, leaves, departure)
            if random.random() < 0.05:
                self._companion(guest)
            arrival = leaves + timedelta(seconds=random.randrange(60, 480))
            if random.random() > 0.2:
                arrival = max(arrival, self._any(departure, 13, 23))

    def _guest(
        self, room: str, arrival: datetime, leaves: datetime, departure: date, sharing: bool = False
    ) -> Guest:
        vip = self._random.random() < 0.1
        guest = Guest(f"G{len(self._guests)}", room, arrival, leaves, departure, sharing, vip=vip)
        self._guests.append(guest)
        return guest

    def _companion(self, guest: Guest) -> None:
        """A second stay in the same room, gone before the next guest comes."""
        length = (guest.leaves - guest.arrives).total_seconds()
        arrives = guest.arrives + timedelta(seconds=self._random.uniform(60, length / 4))
        leaves = guest.leaves - timedelta(seconds=self._random.uniform(-50, length / 4))
        other = self._guest(guest.room, arrives, leaves, guest.departure, sharing=True)
        guest.companion, other.companion = other, guest

    def _moves(self, guest: Guest, free: dict[str, datetime]) -> list[Act]:
        """Some go to another room, many of them just after they have asked to be woken."""
        random = self._random
        if guest.companion is not None or random.random() > 0.15:
            return []
        at = guest.arrives + (guest.leaves - guest.arrives) * random.random()
        if guest.asked and random.random() < 0.6:
            at = random.choice(guest.asked) + timedelta(seconds=random.randrange(1, 300))
        room = next((room for room, since in free.items() if since < at), None)
        if room is None or not guest.arrives < at < guest.leaves - timedelta(minutes=1):
            return []
        free[room] = guest.leaves + timedelta(minutes=1)
        return [Move(at, guest.name, room)]

    def _phones(self) -> list[Act]:
        """How each phone behaves; some change the next day."""
        begin = self._at(self._first, time(0))
        acts: list[Act] = [Behave(begin, room, *self._manners()) for room in self._rooms]
        for room in self._rooms:
            if self._random.random() < 0.5:
                days = self._random.randrange(7)
                acts.append(Behave(begin + timedelta(days=days, hours=12), room, *self._manners()))
        return acts

    def _manners(self) -> tuple[str, str | None]:
        (behaviour,) = self._random.choices(_BEHAVIOURS, _SHARES)
        (keys,) = self._random.choices(_KEYS, _KEY_SHARES)
        return behaviour, keys

    def _by_hand(self) -> list[Act]:
        """Alarms of the guests' own, in the afternoon, when the hotel wakes nobody."""
        acts: list[Act] = []
        for guest in self._guests:
            if guest.companion is None and self._random.random() < 0.06:
                at = guest.arrives + (guest.leaves - guest.arrives) * self._random.random()
                wall = time(self._random.randrange(14, 17), self._random.randrange(60))
                acts.append(SetByHand(at, guest.room, f"{wall:%H:%M}"))
        return acts

    def _faults(self) -> list[Act]:
        """Two outages of the PBX, one reboot, one outage of hotelpbx, and a wrong clock."""
        random = self._random
        day = [self._first + timedelta(days=after) for after in range(7)]
        acts: list[Act] = [
            Drift(self._at(day[0], time(0)), random.choice((-40, 0, 40))),
            Drift(self._at(day[5], time(0)), random.choice((-40, 0, 40))),
            Reboot(self._at(day[random.choice((4, 5))], time(6, 57)), tells=random.random() < 0.5),
        ]
        outages = [
            ("network", self._any(day[1], 6, 8)),
            ("power", self._any(day[6], 6, 10)),
            ("receiver", self._any(day[2], 6, 8)),
        ]
        # One of the three falls into the night in which the clocks change.
        place = random.randrange(3)
        outages[place] = (outages[place][0], self._any(day[3], 1, 3))
        for what, at in outages:
            acts.append(Away(at, what))
            until = at + timedelta(seconds=random.randrange(300, 3000))
            acts.append(Away(until, "nothing", tells=random.random() < 0.5))
        return acts


def _wait_for_the_desk(acts: list[Act]) -> list[Act]:
    """What is requested while hotelpbx is down is done in order as soon as it is up."""
    until: datetime | None = None
    found: list[Act] = []
    ends = [act.at for act in acts if isinstance(act, Away) and act.what == "nothing"]
    for act in acts:
        if isinstance(act, Away) and act.what == "receiver":
            until = min(end for end in ends if end > act.at)
        if until is not None and act.at < until + _QUEUE and isinstance(act, AT_THE_DESK):
            late = act.at - until - _QUEUE  # negative: still in order
            act = replace(act, at=until + _QUEUE + late / 7200)
        found.append(act)
    return sorted(found, key=lambda act: act.at)
