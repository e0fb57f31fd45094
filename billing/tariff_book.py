"""The tariff book: all tariffs of a property as the rating engine needs them, cached in memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

from django.db.models import F, QuerySet

from billing.models import PriceBook, TariffRate
from billing.models import Tariff as TariffRow
from billing.rating import ALWAYS, Band, Rate, Tariff, in_effect
from rooms.models import Property


@dataclass(frozen=True)
class Book:
    """All editions of all tariffs. ``first``: the tariff that applies where none is named."""

    version: int
    first: str
    editions: dict[str, tuple[Tariff, ...]]

    def named(self, name: str) -> tuple[Tariff, ...]:
        """The editions of the tariff ``name``, or of the first one if ``name`` is empty."""
        return self.editions.get(name or self.first, ())

    def editions_for(self, name: str, trunk: str, instant: datetime) -> Sequence[Tariff]:
        """The editions that rate a call: of its trunk's tariff, else of the class's, ``name``.

        A trunk has a tariff while the edition in effect lists it.
        """
        owner = self.trunk_tariffs.get(trunk)
        if owner is not None:
            edition = in_effect(self.editions[owner], instant)
            if edition is not None and trunk in edition.trunks:
                return (edition,)
        return self.named(name)

    @cached_property
    def outside_digits(self) -> frozenset[str]:
        """The outside-line digits of every edition, for recognizing emergency calls."""
        return frozenset(
            prefix
            for editions in self.editions.values()
            for edition in editions
            for prefix in edition.strip_prefixes
        )

    @cached_property
    def trunk_tariffs(self) -> dict[str, str]:
        """Trunk → name of the one tariff with an edition that lists it."""
        return {
            trunk: name
            for name, editions in self.editions.items()
            for edition in editions
            for trunk in edition.trunks
        }


_books: Final[dict[int, Book]] = {}


def book_of(property_: Property) -> Book:
    """The current tariff book. One small query; the rates are read again only after a change."""
    version = (
        PriceBook.objects.filter(property=property_).values_list("version", flat=True).first() or 0
    )
    book = _books.get(property_.pk)
    if book is None or book.version != version:
        book = _books[property_.pk] = _read(property_, version)
    return book


def mark_changed(property_: Property) -> None:
    """Make all processes read the tariffs again; call it in the transaction that changes them."""
    PriceBook.objects.get_or_create(property=property_)
    PriceBook.objects.filter(property=property_).update(version=F("version") + 1)


def _read(property_: Property, version: int) -> Book:
    editions: dict[str, list[Tariff]] = {}
    rows = list(TariffRow.objects.filter(property=property_).prefetch_related("rates"))
    for row in rows:
        editions.setdefault(row.name, []).append(edition_of(row))
    first = rows[0].name if rows else ""
    return Book(version, first, {name: tuple(found) for name, found in editions.items()})


def edition_of(row: TariffRow) -> Tariff:
    """A row and its rates as the engine needs them."""
    return Tariff(
        name=row.name,
        effective_from=row.effective_from,
        strip_prefixes=tuple(row.strip_prefixes),
        surcharge=row.surcharge,
        rates=tuple(_rate(rate) for rate in row.rates.all()),
        trunks=frozenset(row.trunks),
    )


def _rate(row: TariffRate) -> Rate:
    band = Band(frozenset(row.days), row.start_minute, row.end_minute)
    return Rate(
        prefix=row.prefix,
        description=row.description,
        connection_fee=row.connection_fee,
        price_per_minute=row.price_per_minute,
        initial_increment=row.initial_increment,
        increment=row.increment,
        free_seconds=row.free_seconds,
        band=ALWAYS if band == ALWAYS else band,
    )


def tariffs_sharing_trunks(
    property_: Property, name: str, trunks: Sequence[str]
) -> QuerySet[TariffRow]:
    """Other tariffs that list one of these trunks; a trunk may have one tariff only."""
    return property_.tariffs.exclude(name=name).filter(trunks__overlap=list(trunks))
