"""Codes, statuses and numbers of which one begins another: keyed or dialled, the shorter wins."""

from collections.abc import Iterable, Iterator

from configuration.doctor.context import Context
from configuration.doctor.findings import Finding, fault, listed, warning
from rooms.feature_codes.registry import codes_of


def prefix_clashes(context: Context) -> Iterator[Finding]:
    """What the dial plan cannot keep apart; nothing where all is well."""
    property_ = context.property
    codes = list(codes_of(property_).values())
    if hidden := list(_pairs(property_.housekeeping_statuses, property_.housekeeping_statuses)):
        yield fault(
            "codes",
            f"A status counts at once, so nobody can key in the longer: {listed(hidden)}.",
            "Give all of feature_codes.housekeeping_statuses as many digits, and upload the dial "
            f"plan anew (manage.py dial_plan {property_.code}).",
        )
    if slow := list(_pairs(codes, [*codes, *property_.emergency_numbers])):
        yield warning(
            "codes",
            f"One begins the other: {listed(slow)}. An analog phone waits behind the shorter.",
            "Choose other codes, and upload the dial plan anew.",
        )
    if taken := list(_pairs(codes, sorted(context.extension_numbers))):
        yield warning(
            "codes",
            f"An extension of the PBX begins with a code: {listed(taken)}. "
            "The code waits for more, or the extension is not reached.",
            "Give the extension another number, or choose other codes, and upload the dial plan.",
        )


def _pairs(beginnings: Iterable[str], numbers: Iterable[str]) -> Iterator[str]:
    """``77 of 778`` for each."""
    numbers = list(numbers)
    for first in beginnings:
        yield from (
            f"{first} of {number}"
            for number in numbers
            if number.startswith(first) and number != first
        )
