"""The tariffs of a hotel file as a what-if proposal, before they are loaded."""

from dataclasses import replace

from billing.rating import ALWAYS, Band, Rate, Tariff
from billing.tariff_book import Book
from billing.what_if import Proposal, without_start
from configuration.hotel_file.schema import HotelFile
from configuration.hotel_file.tables import RateTable, TariffTable
from rooms.models import Property


def proposal_of(file: HotelFile, property_: Property) -> Proposal:
    """The last edition of each tariff, and the classes of service of the file."""
    latest: dict[str, TariffTable] = {}
    for table in file.tariffs:
        known = latest.get(table.name)
        if known is None or table.effective_from > known.effective_from:
            latest[table.name] = table
    editions: dict[str, tuple[Tariff, ...]] = {
        name: (_edition(table, property_),) for name, table in latest.items()
    }
    first = next(iter(editions), "")
    classes = {each.name: each.tariff or "" for each in file.classes_of_service}
    return Proposal(Book(0, first, editions), classes)


def _edition(table: TariffTable, property_: Property) -> Tariff:
    begins = table.effective_from.replace(tzinfo=property_.zone)
    tariff = Tariff(
        name=table.name,
        effective_from=begins,
        strip_prefixes=tuple(table.strip_prefixes),
        surcharge=table.surcharge,
        rates=tuple(map(_rate, table.rates)),
        trunks=frozenset(table.trunks),
    )
    return without_start(tariff)


def _rate(table: RateTable) -> Rate:
    band = Band(table.days, table.start, table.end)
    rate = Rate(
        prefix=table.prefix,
        description=table.description,
        connection_fee=table.connection_fee,
        price_per_minute=table.price_per_minute,
        initial_increment=table.initial_increment,
        increment=table.increment,
        free_seconds=table.free_seconds,
    )
    return rate if band == ALWAYS else replace(rate, band=band)
