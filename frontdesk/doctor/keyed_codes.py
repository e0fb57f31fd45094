"""Codes that only one side knows.

The API does not show the PBX's dial plan. What can be seen is what came from it: an entry that
had to be parked is a code that the PBX knows and the hotel does not, and a status that nobody has
keyed in for a month, while others were, may be missing there.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from billing.minibar import product_of
from frontdesk.doctor.findings import Finding, fault, listed, not_examined, ok, warning
from frontdesk.doctor.patient import Patient
from hotelpbx.clock import now
from pbx.models import Report
from pbx.parsing import Unreadable, parse_report
from rooms.models import Property
from rooms.reports import keyed_entry

LOOK_BACK: Final = timedelta(days=30)


@dataclass
class _Keyed:
    """What was keyed in on the phones."""

    statuses: set[str] = field(default_factory=set)
    unknown_statuses: set[str] = field(default_factory=set)
    unknown_products: set[str] = field(default_factory=set)
    strange: set[str] = field(default_factory=set)


def codes(patient: Patient) -> Iterator[Finding]:
    """Codes of one side only, by what was keyed in during the last month."""
    keyed = _read(patient.property)
    plan = f"or print the dial plan anew (manage.py dial_plan {patient.property.code})"
    if keyed.unknown_statuses:
        yield fault(
            "housekeeping codes",
            f"The PBX knows {listed(sorted(keyed.unknown_statuses))}, the hotel does not.",
            f"Add them to feature_codes.housekeeping_statuses, {plan} and upload it.",
        )
    if keyed.strange:
        yield fault(
            "housekeeping codes",
            f"Entries with no feature code of the hotel: {listed(sorted(keyed.strange))}.",
            f"Correct [feature_codes], {plan} and upload it.",
        )
    if keyed.unknown_products:
        yield fault(
            "minibar codes",
            f"Keyed in, but no product on sale: {listed(sorted(keyed.unknown_products))}.",
            "Add the products, then replay the entries in the list of what needs attention.",
        )
    yield from _never_keyed(patient.property, keyed)


def _never_keyed(property_: Property, keyed: _Keyed) -> Iterator[Finding]:
    never = sorted(property_.housekeeping_statuses.keys() - keyed.statuses)
    if not keyed.statuses:
        if not keyed.unknown_statuses and not keyed.strange:
            yield not_examined("housekeeping codes", "None was keyed in during the last 30 days.")
    elif never:
        yield warning(
            "housekeeping codes",
            f"Nobody has keyed in {listed(never)} for 30 days, though others were.",
            "Dial each once. If the PBX does not know it, upload the dial plan "
            f"(manage.py dial_plan {property_.code}).",
        )
    elif not keyed.unknown_statuses and not keyed.strange:
        yield ok("housekeeping codes", "All were keyed in during the last 30 days.")


def _read(property_: Property) -> _Keyed:
    keyed = _Keyed()
    reports = Report.objects.filter(
        pbx=property_.pbx_id, action="DTMF", received_at__gte=now() - LOOK_BACK
    )
    for state, body in reports.values_list("state", "body").iterator(chunk_size=1000):
        try:
            entry = keyed_entry(parse_report(bytes(body)))
        except Unreadable:
            continue
        if entry is not None:
            _sort(keyed, property_, entry[1], parked=state == Report.State.PARKED)
    return keyed


def _sort(keyed: _Keyed, property_: Property, keys: str, *, parked: bool) -> None:
    code, star, rest = keys.partition("*")
    first = rest.partition("*")[0]
    if not star:
        return
    if code == property_.housekeeping_code:
        if f"*{first}" in property_.housekeeping_statuses:
            keyed.statuses.add(f"*{first}")
        elif parked:
            keyed.unknown_statuses.add(f"*{first}")
    elif not parked:
        return
    elif code != property_.minibar_code:
        keyed.strange.add(keys)
    elif product_of(property_, first) is None:
        keyed.unknown_products.add(first)
