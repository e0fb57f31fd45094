"""Rules between keys about money; see :mod:`.cross_checks`."""

from collections.abc import Iterator
from typing import Any, Final

from configuration.hotel_file.currencies import CURRENCIES
from configuration.hotel_file.formatting import quoted
from configuration.hotel_file.locations import Document, Loc, entries
from configuration.hotel_file.values import decimal_places
from hotelpbx.money import minor_digits

Finding = tuple[Loc, str]

_AMOUNTS: Final = (
    ("minibar_products", "price"),
    ("classes_of_service", "allowance_amount"),
    ("classes_of_service", "credit_limit"),
)


def find(document: Document) -> Iterator[Finding]:
    """Every broken rule, with its location and a reason that completes the key."""
    yield from _amounts_with_too_many_decimals(document)
    yield from _conflicting_allowances(document)
    yield from _trunks_in_several_tariffs(document)


def _amounts_with_too_many_decimals(document: Document) -> Iterator[Finding]:
    property_ = document.get("property")
    currency = property_.get("currency") if isinstance(property_, dict) else None
    if not isinstance(currency, str) or currency not in CURRENCIES:
        return
    finest = minor_digits(currency)
    for loc, amount in _amounts(document):
        if isinstance(amount, str) and decimal_places(amount) > finest:
            yield (
                loc,
                f"may have at most {finest} decimals in {currency}, {quoted(amount)} has more",
            )


def _amounts(document: Document) -> Iterator[tuple[Loc, Any]]:
    """Amounts in whole minor units; prices per minute may have more decimals."""
    for array, key in _AMOUNTS:
        for position, entry in entries(document, array):
            yield (array, position, key), entry.get(key)


def _conflicting_allowances(document: Document) -> Iterator[Finding]:
    for position, entry in entries(document, "classes_of_service"):
        if "allowance_minutes" in entry and "allowance_amount" in entry:
            reason = "cannot be combined with allowance_minutes: a class has one or the other"
            yield ("classes_of_service", position, "allowance_amount"), reason


def _trunks_in_several_tariffs(document: Document) -> Iterator[Finding]:
    owners: dict[str, str] = {}
    for position, entry in entries(document, "tariffs"):
        trunks, name = entry.get("trunks"), entry.get("name")
        for trunk in trunks if isinstance(trunks, list) else []:
            if not isinstance(trunk, str) or not isinstance(name, str):
                continue
            if owners.setdefault(trunk, name) != name:
                reason = f"{quoted(trunk)} already has the tariff {quoted(owners[trunk])}"
                yield ("tariffs", position, "trunks"), reason
