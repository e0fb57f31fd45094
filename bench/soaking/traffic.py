"""The call records and minibar entries of the season, faulty ones included."""

import random
from dataclasses import dataclass
from typing import Final

from bench.soaking.guests import FOREVER, Season
from bench.soaking.hotel import EMERGENCY, FIRST, LAST, LOBBY, PRODUCTS, WINDOW, rooms

_EDGES: Final = (-1, 0, 1, WINDOW - 1, WINDOW, WINDOW + 1)
_TALKS: Final = (0, 0, 1, 3, 4, 5, 6, 30, 31, 59, 60, 61, 66, 67, 120, 3600)
# What follows the outside-line digit; "98" is one too, and for "1…" there is no price.
_NUMBERS: Final = ("2", "2", "0", "0", "0", "00", "0039", "00390", "0180", "82", "80", "1")
# How an outside-line digit and an emergency number are keyed.
_KEYED: Final = ("{}{}", "{},{}", "{} {}", "{}-{}", "{}w{}", "{}{}#")


@dataclass(frozen=True)
class Leg:
    """One call record. ``room``: None for a house phone; ``pays``: it may have a cost.

    Of some that nobody answered the PBX tells a talk time all the same.
    """

    callid: str
    began: int
    extension: str
    room: str | None
    dialed: str
    talked: int
    kind: str = "Outbound"
    number: int = 0  # of the leg within its call

    @property
    def pays(self) -> bool:
        outward = self.kind in ("Outbound", "Transfer")
        return outward and self.answered and self.room is not None and not self.emergency

    @property
    def answered(self) -> bool:
        return self.talked > 0 and self.talked % 41 != 7

    @property
    def emergency(self) -> bool:
        keyed = "".join(filter(str.isdigit, self.dialed))
        return self.kind == "Outbound" and keyed[1:] == EMERGENCY


@dataclass(frozen=True)
class Entry:
    """One ``778*PRODUCT*QUANTITY``."""

    callid: str
    began: int
    extension: str
    room: str
    product: str
    quantity: int


class Telephones:
    """Generates calls and entries in rooms, mostly at awkward seconds."""

    def __init__(self, dice: random.Random, season: Season) -> None:
        self._dice = dice
        self._rooms = rooms()
        self._numbers = sorted(self._rooms)
        self._holds = season.holds
        self._count = 0

    def calls(self, number: int) -> list[Leg]:
        """``number`` call records; one call in twenty has several (T8)."""
        legs: list[Leg] = []
        while len(legs) < number:
            first = self._leg()
            legs.append(first)
            if self._dice.random() < 0.05:
                legs += self._more_legs(first)
        return legs[:number]

    def entries(self, number: int) -> list[Entry]:
        """``number`` minibar entries; often several different ones in one call."""
        entries: list[Entry] = []
        while len(entries) < number:
            room, began = self._place()
            extension = self._dice.choice(self._rooms[room])
            callid = self._callid(began)
            for product in self._dice.sample(sorted(PRODUCTS), self._dice.choice((1, 1, 2, 3))):
                quantity = self._dice.choice((1, 1, 1, 2, 3, 12, 99))
                entries.append(Entry(callid, began, extension, room, product, quantity))
        return entries[:number]

    def _leg(self) -> Leg:
        room, began = self._place()
        extension = self._dice.choice(self._rooms[room])
        chance = self._dice.random()
        if chance < 0.02:
            return self._called(began, LOBBY, None)
        if chance < 0.1:
            return self._called(began, extension, room, "Inbound")
        if chance < 0.17:
            return self._called(began, extension, room, "Internal")
        if chance < 0.173:
            emergency = self._dice.choice(_KEYED).format(self._dice.choice("90"), EMERGENCY)
            return Leg(self._callid(began), began, extension, room, emergency, 30)
        return self._called(began, extension, room)

    def _called(self, began: int, extension: str, room: str | None, kind: str = "Outbound") -> Leg:
        talked = self._talked()
        return Leg(self._callid(began), began, extension, room, self._dialed(), talked, kind)

    def _more_legs(self, first: Leg) -> list[Leg]:
        """Further legs of a call: each is rated once, by the beginning of the call."""
        return [
            Leg(
                first.callid,
                first.began,
                first.extension,
                first.room,
                self._dialed(),
                self._talked(),
                "Transfer" if first.kind == "Outbound" else first.kind,
                number,
            )
            for number in range(1, self._dice.choice((2, 3)))
        ]

    def _place(self) -> tuple[str, int]:
        """A room and a second: within a hold, at its edges, or anywhere."""
        chance, hold = self._dice.random(), self._dice.choice(self._holds)
        until = min(hold.until, LAST) if hold.until == FOREVER else hold.until
        if chance < 0.5 and hold.since < until:
            return hold.room, self._dice.randint(hold.since, until)
        if chance < 0.75:
            return hold.room, self._dice.choice((hold.since, until)) + self._dice.choice(_EDGES)
        return self._dice.choice(self._numbers), self._dice.randint(FIRST, LAST)

    def _callid(self, began: int) -> str:
        self._count += 1
        return f"{began}.{self._count}"

    def _talked(self) -> int:
        if self._dice.random() < 0.3:
            return self._dice.choice(_TALKS)
        return self._dice.randint(1, 900)

    def _dialed(self) -> str:
        outside = self._dice.choice(("9", "9", "9", ""))
        rest = "".join(self._dice.choices("3456789", k=7))
        return f"{outside}{self._dice.choice(_NUMBERS)}{rest}"
