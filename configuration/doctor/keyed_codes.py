"""Checks for feature codes that only the PBX or only the hotel knows.

The API does not expose the PBX's dial plan; only what was entered through it can be checked. A
parked entry is a typing error or a code that the hotel does not know. A status that nobody has
entered for a month, while others were, may be missing in the dial plan. Staff numbers that the
current plan would not ask for come from an older one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from billing.minibar import product_on_sale
from configuration.doctor.context import Context
from configuration.doctor.findings import Finding, fault, listed, ok, skipped, warning
from hotelpbx.clock import now
from pbx.models import Report
from pbx.reports.parsing import Unreadable, parse_report
from rooms.feature_codes.registry import code_name, codes_of, keys_at_phone
from rooms.models import Property

LOOK_BACK: Final = timedelta(days=30)


@dataclass
class _Keyed:
    """What was entered on the phones."""

    statuses: set[str] = field(default_factory=set)
    unknown_statuses: set[str] = field(default_factory=set)
    unknown_products: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    unwanted_staff: set[str] = field(default_factory=set)


def codes(context: Context) -> Iterator[Finding]:
    """Codes that only one side knows, from the entries of the last month."""
    keyed = _read(context.property)
    plan = f"or print the dial plan again (manage.py dial_plan {context.property.code})"
    if keyed.unknown_statuses:
        yield fault(
            "housekeeping codes",
            f"Entered, but unknown to the hotel: {listed(sorted(keyed.unknown_statuses))}.",
            "Slips: discard them in the list of what needs attention. Statuses: add them to "
            f"feature_codes.housekeeping_statuses, {plan} and upload it.",
        )
    if keyed.unknown:
        yield fault(
            "housekeeping codes",
            f"Entries with no feature code of the hotel: {listed(sorted(keyed.unknown))}.",
            f"Correct [feature_codes], {plan} and upload it.",
        )
    if keyed.unknown_products:
        yield fault(
            "minibar codes",
            f"Entered, but no product on sale: {listed(sorted(keyed.unknown_products))}.",
            "Add the products, then replay the entries in the list of what needs attention.",
        )
    if keyed.unwanted_staff:
        yield warning(
            "housekeeping codes",
            "The PBX has an older dial plan: staff numbers in a form that is no longer asked for: "
            f"{listed(sorted(keyed.unwanted_staff))}.",
            f"Set feature_codes.staff_number as it is meant, {plan} and upload it.",
        )
    yield from _never_keyed(context.property, keyed)


def _never_keyed(property_: Property, keyed: _Keyed) -> Iterator[Finding]:
    never = sorted(property_.housekeeping_statuses.keys() - keyed.statuses)
    if not keyed.statuses:
        if not keyed.unknown_statuses and not keyed.unknown:
            yield skipped("housekeeping codes", "None was entered in the last 30 days.")
    elif never:
        yield warning(
            "housekeeping codes",
            f"Nobody has entered {listed(never)} for 30 days, though others were.",
            "Dial each once. If the PBX does not know it, upload the dial plan "
            f"(manage.py dial_plan {property_.code}).",
        )
    elif not keyed.unknown_statuses and not keyed.unknown and not keyed.unwanted_staff:
        yield ok("housekeeping codes", "All were entered in the last 30 days.")


def _read(property_: Property) -> _Keyed:
    keyed = _Keyed()
    reports = Report.objects.filter(
        pbx=property_.pbx_id, action="DTMF", received_at__gte=now() - LOOK_BACK
    )
    for state, body in reports.values_list("state", "body").iterator(chunk_size=1000):
        try:
            entry = keys_at_phone(parse_report(bytes(body)))
        except Unreadable:
            continue
        if entry is not None:
            _sort(keyed, property_, entry[1].rstrip("#"), parked=state == Report.State.PARKED)
    return keyed


def _sort(keyed: _Keyed, property_: Property, keys: str, *, parked: bool) -> None:
    name = code_name(property_, keys)
    if name == "housekeeping":
        _sort_status(keyed, property_, keys, parked=parked)
    elif not parked:
        return
    elif name == "minibar":
        product = keys.removeprefix(codes_of(property_)[name]).removeprefix("*").partition("*")[0]
        if product_on_sale(property_, product) is None:
            keyed.unknown_products.add(product)
    else:
        keyed.unknown.add(keys)


def _sort_status(keyed: _Keyed, property_: Property, keys: str, *, parked: bool) -> None:
    entry = keys.removeprefix(property_.housekeeping_code)
    status, staff = entry, ""
    if entry.startswith("*"):
        first, _, staff = entry.removeprefix("*").partition("*")
        status = f"*{first}"
    if status in property_.housekeeping_statuses:
        keyed.statuses.add(status)
        if staff and not _is_wanted(property_, staff):
            keyed.unwanted_staff.add(staff)
    elif parked:
        keyed.unknown_statuses.add(status)


def _is_wanted(property_: Property, staff: str) -> bool:
    """Whether the current dial plan asks for staff numbers of that length."""
    return property_.staff_number in ("#", str(len(staff)))
