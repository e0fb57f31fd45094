"""Checks codes, statuses and numbers for prefixes of each other: the shorter one wins."""

from collections.abc import Iterable, Iterator

from configuration.doctor.context import Context
from configuration.doctor.findings import Finding, fault, listed, warning
from rooms.feature_codes.registry import codes_of


def prefix_clashes(context: Context) -> Iterator[Finding]:
    """What the dial plan cannot tell apart; empty if there is no clash."""
    property_ = context.property
    codes = list(codes_of(property_).values())
    if hidden := list(_pairs(property_.housekeeping_statuses, property_.housekeeping_statuses)):
        yield fault(
            "codes",
            f"A status takes effect at once, so the longer cannot be entered: {listed(hidden)}.",
            "Give all of feature_codes.housekeeping_statuses as many digits, and upload the dial "
            f"plan again (manage.py dial_plan {property_.code}).",
        )
    if slow := list(_pairs(codes, [*codes, *property_.emergency_numbers])):
        yield warning(
            "codes",
            f"One is a prefix of the other: {listed(slow)}. "
            "An analog phone waits after the shorter.",
            "Choose other codes, and upload the dial plan again.",
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
