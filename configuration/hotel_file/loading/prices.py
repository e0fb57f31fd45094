"""Loads minibar products and tariffs from the hotel file into the database."""

from datetime import UTC, datetime
from typing import Any

from billing import removal, tariff_book
from billing.models import MinibarProduct, Tariff, TariffRate
from configuration.hotel_file.loading.change_list import ChangeList, write_row
from configuration.hotel_file.schema import HotelFile
from configuration.hotel_file.tables import RateTable, TariffTable
from rooms.models import Property


def load_products(file: HotelFile, property_: Property, changes: ChangeList) -> None:
    """``[[minibar_products]]``."""
    for table in file.minibar_products:
        values = {"name": table.name, "price": table.price, "on_sale": True}
        lookup = {"property": property_, "code": table.code}
        write_row(changes, MinibarProduct, lookup, values, f"product {table.code} {table.name}")


def load_tariffs(file: HotelFile, property_: Property, changes: ChangeList) -> None:
    """``[[tariffs]]`` with their rates. Existing charges are not changed."""
    before = len(changes.lines)
    for position, table in enumerate(file.tariffs):
        lookup = {
            "property": property_,
            "name": table.name,
            "effective_from": _begins(table, property_),
        }
        values = {
            "strip_prefixes": list(table.strip_prefixes),
            "surcharge": table.surcharge,
            "trunks": list(table.trunks),
            "position": position,
        }
        label = f"tariff {table.name} from {table.effective_from:%Y-%m-%d %H:%M}"
        tariff, _ = write_row(changes, Tariff, lookup, values, label)
        _load_rates(tariff, table, label, changes)
    if len(changes.lines) > before:
        tariff_book.mark_changed(property_)


def prune(file: HotelFile, property_: Property, changes: ChangeList) -> None:
    """Delete tariffs that the file does not have, and take products off sale."""
    for product in property_.minibar_products.filter(on_sale=True).exclude(
        code__in=[table.code for table in file.minibar_products]
    ):
        changes.add(f"- product {product.code} {product.name}")
        product.on_sale = False
        product.save(update_fields=["on_sale"])
    kept = {(table.name, _begins(table, property_)) for table in file.tariffs}
    for tariff in property_.tariffs.all():
        if (tariff.name, tariff.effective_from) in kept:
            continue
        if names := removal.classes_losing_tariff(tariff):
            changes.add(f"= tariff {tariff.name} is kept: classes of service use it: {names}")
        else:
            changes.add(f"- tariff {tariff.name} from {tariff.effective_from:%Y-%m-%d %H:%M} UTC")
            tariff.delete()
            tariff_book.mark_changed(property_)


def _begins(table: TariffTable, property_: Property) -> datetime:
    """Hotel local time as an instant."""
    return table.effective_from.replace(tzinfo=property_.zone).astimezone(UTC)


def _load_rates(tariff: Tariff, table: TariffTable, label: str, changes: ChangeList) -> None:
    """Rates have no name of their own: the list of an edition is replaced if it differs."""
    wanted = [_values(rate) for rate in table.rates]
    present = list(tariff.rates.order_by("pk").values(*RATE_COLUMNS))
    if present == wanted:
        return
    changes.add(f"~ {label}: {len(present)} → {len(wanted)} rates")
    tariff.rates.all().delete()
    TariffRate.objects.bulk_create(
        (TariffRate(tariff=tariff, **values) for values in wanted), batch_size=1000
    )


RATE_COLUMNS = (
    "prefix",
    "description",
    "connection_fee",
    "price_per_minute",
    "initial_increment",
    "increment",
    "free_seconds",
    "days",
    "start_minute",
    "end_minute",
)


def _values(rate: RateTable) -> dict[str, Any]:
    return {
        "prefix": rate.prefix,
        "description": rate.description,
        "connection_fee": rate.connection_fee,
        "price_per_minute": rate.price_per_minute,
        "initial_increment": rate.initial_increment,
        "increment": rate.increment,
        "free_seconds": rate.free_seconds,
        "days": sorted(rate.days),
        "start_minute": rate.start,
        "end_minute": rate.end,
    }
