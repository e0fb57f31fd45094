"""Rules between the keys and tables of a hotel file.

They read the unparsed document, so that they find faults even if single values are wrong. A value
of the wrong type is skipped here, since the rules of its table report it.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings

from billing.rating import ALWAYS, Band, overlaps, parse_days, parse_minute_of_day
from configuration.hotel_file.checks import price_checks
from configuration.hotel_file.formatting import did_you_mean, quoted
from configuration.hotel_file.locations import Document, Loc, entries, entry_name
from configuration.hotel_file.tables import FeatureCodesTable, WakeUpCallsTable

Finding = tuple[Loc, str]

_UNIQUE: Final = {
    "classes_of_service": ("name",),
    "rooms": ("number",),
    "minibar_products": ("code",),
    "tariffs": ("name", "effective_from"),
}


def cross_check(document: Document) -> Iterator[Finding]:
    """Every broken rule, with its location and a reason that completes the key."""
    for array, keys in _UNIQUE.items():
        yield from _duplicates(document, array, keys)
    yield from _duplicate_numbers(document)
    yield from _confirm_key_used_for_snooze(document)
    yield from _multiple_defaults(document)
    yield from _unknown_tariffs(document)
    yield from price_checks.find(document)
    yield from _nonexistent_start_times(document)
    for position, tariff in entries(document, "tariffs"):
        yield from _overlapping_rates(position, tariff)


def _table(document: Document, name: str) -> dict[str, Any]:
    table = document.get(name)
    return table if isinstance(table, dict) else {}


def _duplicates(document: Document, array: str, keys: tuple[str, ...]) -> Iterator[Finding]:
    first_use: dict[tuple[Any, ...], int] = {}
    for position, entry in entries(document, array):
        identity = tuple(entry.get(key) for key in keys)
        if not all(isinstance(part, str | datetime) for part in identity):
            continue
        if identity in first_use:
            earlier = first_use[identity] + 1
            yield (array, position, keys[-1]), f"is used twice: number {earlier} has the same"
        first_use.setdefault(identity, position)


def _duplicate_numbers(document: Document) -> Iterator[Finding]:
    owners: dict[str, str] = {}
    for loc, number, owner in _numbers(document):
        if number in owners:
            yield loc, f"{number} is already {owners[number]}"
        owners.setdefault(number, owner)


def _numbers(document: Document) -> Iterator[tuple[Loc, str, str]]:
    """Internal numbers of the hotel: location, number, meaning."""
    codes = _table(document, "feature_codes")
    for name in settings.FEATURE_CODES:
        number = codes.get(name, FeatureCodesTable.model_fields[name].default)
        if isinstance(number, str):
            yield ("feature_codes", name), number, f"the {name} code"
    ivr = _table(document, "wake_up_calls").get("confirm_ivr")
    if isinstance(ivr, str) and ivr:
        yield ("wake_up_calls", "confirm_ivr"), ivr, "the confirm_ivr of [wake_up_calls]"
    for position, room in entries(document, "rooms"):
        extensions = room.get("extensions")
        for number in extensions if isinstance(extensions, list) else []:
            if isinstance(number, str):
                owner = f"an extension of room {entry_name(document, 'rooms', position)}"
                yield ("rooms", position, "extensions"), number, owner


def _confirm_key_used_for_snooze(document: Document) -> Iterator[Finding]:
    """The confirmation key must differ from the snooze key."""
    table = _table(document, "wake_up_calls")
    confirm = table.get("confirm_key", WakeUpCallsTable.model_fields["confirm_key"].default)
    if table.get("snooze_key") and table.get("snooze_key") == confirm:
        yield ("wake_up_calls", "snooze_key"), f"{quoted(confirm)} is already the confirm_key"


def _multiple_defaults(document: Document) -> Iterator[Finding]:
    defaults = [
        position
        for position, entry in entries(document, "classes_of_service")
        if entry.get("default") is True
    ]
    for position in defaults[1:]:
        first = entry_name(document, "classes_of_service", defaults[0])
        yield (
            ("classes_of_service", position, "default"),
            f"can be true for only one class, and {first} has it",
        )


def _unknown_tariffs(document: Document) -> Iterator[Finding]:
    names = [str(entry.get("name")) for _, entry in entries(document, "tariffs")]
    for position, entry in entries(document, "classes_of_service"):
        wanted = entry.get("tariff")
        if isinstance(wanted, str) and wanted not in names:
            reason = f"{quoted(wanted)} is not a tariff of this file{did_you_mean(wanted, names)}"
            yield ("classes_of_service", position, "tariff"), reason


def _nonexistent_start_times(document: Document) -> Iterator[Finding]:
    name = _table(document, "property").get("timezone")
    if not isinstance(name, str) or name not in available_timezones():
        return
    zone = ZoneInfo(name)
    for position, tariff in entries(document, "tariffs"):
        local = tariff.get("effective_from")
        if not isinstance(local, datetime) or local.tzinfo or not 1970 <= local.year < 3000:
            continue
        instant = local.replace(tzinfo=zone).astimezone(UTC)
        if instant.astimezone(zone).replace(tzinfo=None) != local:
            reason = f"does not exist in {name}: that night the clocks skip {local:%H:%M}"
            yield ("tariffs", position, "effective_from"), reason


def _overlapping_rates(position: int, tariff: Document) -> Iterator[Finding]:
    rates_of: dict[str, list[tuple[int, Band]]] = defaultdict(list)
    for number, rate in entries(tariff, "rates"):
        band, prefix = _band(rate), rate.get("prefix")
        if band and band.start == band.end:
            reason = 'leaves no time after from; a whole day is from "00:00" to "24:00"'
            yield ("tariffs", position, "rates", number, "to"), reason
        elif band and isinstance(prefix, str):
            rates_of[prefix].append((number, band))
    for prefix, rates in rates_of.items():
        for first, second in overlaps([band for _, band in rates]):
            reason = (
                f"{quoted(prefix)} has another rate at the same time, number "
                f"{rates[first][0] + 1}: the bands of one prefix must not overlap"
            )
            yield ("tariffs", position, "rates", rates[second][0], "prefix"), reason


def _band(rate: Document) -> Band | None:
    """The band of a rate; None if a part of it cannot be parsed."""
    try:
        days = parse_days(rate["days"]) if "days" in rate else ALWAYS.days
        start = parse_minute_of_day(rate["from"]) if "from" in rate else ALWAYS.start
        end = parse_minute_of_day(rate["to"]) if "to" in rate else ALWAYS.end
    except (ValueError, TypeError, AttributeError):
        return None
    return Band(days, start, end) if start < ALWAYS.end else None
