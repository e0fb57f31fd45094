"""The tariffs of a property as the rating engine wants them, kept in the memory of a process."""

from dataclasses import dataclass
from typing import Final

from django.db.models import F

from billing.models import PriceBook, TariffRate
from billing.models import Tariff as TariffRow
from billing.rating import Band, Rate, Tariff
from rooms.models import Property


@dataclass(frozen=True)
class Book:
    """All editions of all tariffs. ``first``: the name that holds where none is given."""

    version: int
    first: str
    editions: dict[str, tuple[Tariff, ...]]

    def named(self, name: str) -> tuple[Tariff, ...]:
        """The editions of the tariff ``name``, or of the first one when ``name`` is empty."""
        return self.editions.get(name or self.first, ())


_books: Final[dict[int, Book]] = {}


def book_of(property_: Property) -> Book:
    """The present book. One small query; the rates are read again only after a change."""
    version = (
        PriceBook.objects.filter(property=property_).values_list("version", flat=True).first() or 0
    )
    book = _books.get(property_.pk)
    if book is None or book.version != version:
        book = _books[property_.pk] = _read(property_, version)
    return book


def changed(property_: Property) -> None:
    """Say, in the transaction that changes tariffs, that workers must read them anew."""
    PriceBook.objects.get_or_create(property=property_)
    PriceBook.objects.filter(property=property_).update(version=F("version") + 1)


def _read(property_: Property, version: int) -> Book:
    editions: dict[str, list[Tariff]] = {}
    rows = list(TariffRow.objects.filter(property=property_).prefetch_related("rates"))
    for row in rows:
        editions.setdefault(row.name, []).append(
            Tariff(
                name=row.name,
                effective_from=row.effective_from,
                strip_prefixes=tuple(row.strip_prefixes),
                surcharge=row.surcharge,
                rates=tuple(_rate(rate) for rate in row.rates.all()),
            )
        )
    first = rows[0].name if rows else ""
    return Book(version, first, {name: tuple(found) for name, found in editions.items()})


def _rate(row: TariffRate) -> Rate:
    return Rate(
        prefix=row.prefix,
        description=row.description,
        connection_fee=row.connection_fee,
        price_per_minute=row.price_per_minute,
        initial_increment=row.initial_increment,
        increment=row.increment,
        free_seconds=row.free_seconds,
        band=Band(frozenset(row.days), row.start_minute, row.end_minute),
    )
