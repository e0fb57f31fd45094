"""The expected charges and calls after all reports are processed."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from bench.soaking import arithmetic
from bench.soaking.guests import Hold, Season
from bench.soaking.hotel import CLASSES, EDITIONS, PRODUCTS, rooms
from bench.soaking.traffic import Entry, Leg

# (callid, dialed or product and quantity, seconds talked): names one leg or entry.
Name = tuple[str, str, int]


@dataclass
class Books:
    """Amounts in cents. Each name is counted as often as it must occur."""

    folios: Counter[str] = field(default_factory=Counter)
    charges: Counter[str] = field(default_factory=Counter)
    legs: Counter[Name] = field(default_factory=Counter)
    unclaimed_calls: Counter[Name] = field(default_factory=Counter)
    unrated_calls: Counter[Name] = field(default_factory=Counter)
    unclaimed_entries: Counter[Name] = field(default_factory=Counter)
    repeated_entries: Counter[Name] = field(default_factory=Counter)
    emergencies: Counter[str] = field(default_factory=Counter)
    parked: Counter[bytes] = field(default_factory=Counter)

    def charge(self, stay: str, amount: int) -> None:
        self.folios[stay] += amount
        self.charges[stay] += 1


def books_of(
    season: Season,
    legs: Iterable[Leg],
    entries: Iterable[Entry],
    repeated_late: Iterable[Entry],
    parked: Iterable[bytes],
) -> Books:
    """The expected result of a season; repeated reports make no difference."""
    holds = {room: season.in_room(room) for room in rooms()}
    books = Books()
    for leg in legs:
        _enter_leg(books, season, holds, leg)
    for entry in entries:
        stay = arithmetic.paying_stay_of_entry(holds[entry.room], entry.began)
        if stay is None:
            books.unclaimed_entries[name_of_entry(entry)] += 1
        else:
            books.charge(stay, arithmetic.cents(entry.quantity * Fraction(PRODUCTS[entry.product])))
    books.repeated_entries.update(map(name_of_entry, repeated_late))
    books.parked.update(parked)
    return books


def name_of_entry(entry: Entry) -> Name:
    return entry.callid, entry.product, entry.quantity


def _enter_leg(books: Books, season: Season, holds: dict[str, list[Hold]], leg: Leg) -> None:
    name = leg.callid, leg.dialed, leg.talked
    books.legs[name] += 1
    if leg.emergency:
        books.emergencies[leg.callid] = 1
    if not leg.pays or leg.room is None:
        return
    stay = arithmetic.paying_stay_of_call(holds[leg.room], leg.began)
    tariff = CLASSES[season.class_of[stay]] if stay else EDITIONS[0].name
    amount = arithmetic.price_of_call(tariff, leg.dialed, leg.began, leg.talked)
    if amount is None and stay:
        books.unrated_calls[name] += 1
    elif stay is None and amount != 0:
        books.unclaimed_calls[name] += 1
    elif stay and amount:
        books.charge(stay, amount)
