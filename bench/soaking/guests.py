"""The stays of the season: moves, shared rooms, and gaps of awkward lengths."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bench.soaking.hotel import CLASSES, FIRST, LAST, WINDOW, rooms

# From one guest's check-out to the next one's check-in, in seconds.
_GAPS: Final = (0, 1, 59, 1800, WINDOW - 1, WINDOW, WINDOW + 1, 5 * 3600, 90_000)
FOREVER: Final = 1 << 40


def dice(seed: int) -> random.Random:
    """A reproducible source of random numbers."""
    return random.Random(seed)  # noqa: S311 (no secret)


@dataclass(frozen=True)
class Hold:
    """A stay had a room from one second to another, inclusive; ``FOREVER`` if in house."""

    stay: str
    room: str
    since: int
    until: int
    shares: bool = False


@dataclass(frozen=True)
class Season:
    """All holds, in the order in which they are saved, and the class of each stay."""

    holds: tuple[Hold, ...]
    class_of: dict[str, str]

    def in_room(self, room: str) -> list[Hold]:
        """The holds of one room."""
        return [hold for hold in self.holds if hold.room == room]


def season(chance: random.Random, stays: int = 900) -> Season:
    """A season of about ``stays`` stays; some are still in house at its end."""
    books = _Books(chance)
    for _ in range(stays):
        books.add_stay()
    for room in sorted(rooms())[::3]:
        books.add_staying_guest(room)
    names = dict.fromkeys(hold.stay for hold in books.holds)
    kinds = sorted(CLASSES)
    return Season(tuple(books.holds), {name: chance.choice(kinds) for name in names})


class _Books:
    def __init__(self, dice: random.Random) -> None:
        self.holds: list[Hold] = []
        self._dice = dice
        self._rooms = sorted(rooms())
        self._count = 0

    def add_stay(self) -> None:
        """Add a stay if there is a bed; one in five moves, one in ten shares."""
        room = self._dice.choice(self._rooms)
        since = self._arrival(room)
        until = since + self._dice.randint(3600, 5 * 86_400)
        shares = self._dice.random() < 0.1
        legs = [Hold(self._name(), room, since, min(until, LAST), shares)]
        if self._dice.random() < 0.2:
            moved = self._dice.randint(since + 60, until - 60)
            other = self._dice.choice(self._rooms)
            stay = legs[0].stay
            legs = [
                Hold(stay, room, since, moved, shares),
                Hold(stay, other, moved, min(until, LAST)),
            ]
        if all(leg.since < leg.until for leg in legs) and self._fit(legs):
            self.holds += legs

    def add_staying_guest(self, room: str) -> None:
        """Add a stay that is still in house."""
        latest = max((hold.until for hold in self.holds if hold.room == room), default=FIRST)
        since = latest + self._dice.choice(_GAPS)
        self.holds.append(Hold(self._name(), room, since, FOREVER))

    def _arrival(self, room: str) -> int:
        before = [hold.until for hold in self.holds if hold.room == room and hold.until < LAST]
        if before and self._dice.random() < 0.6:
            return self._dice.choice(before) + self._dice.choice(_GAPS)
        return self._dice.randint(FIRST, LAST - 86_400)

    def _name(self) -> str:
        self._count += 1
        return f"S-{self._count:04}"

    def _fit(self, legs: Sequence[Hold]) -> bool:
        rooms_differ = len({leg.room for leg in legs}) == len(legs)
        return rooms_differ and all(self._fits(leg) for leg in legs)

    def _fits(self, leg: Hold) -> bool:
        """The bed is free, or shared; and no two come or go in the same second (who is first?)."""
        for other in self.holds:
            if other.room != leg.room:
                continue
            if other.since == leg.since or other.until == leg.until:
                return False
            overlaps = other.since < leg.until and leg.since < other.until
            if overlaps and not (leg.shares or other.shares):
                return False
        return True
