"""The parts of a folio: what was settled together, and what is open (docs/folio.md)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from billing.models import Charge, Settlement
from hotelpbx.money import round_money

MAIN: Final = Settlement.Title.MAIN.value
SUPPLEMENT: Final = Settlement.Title.SUPPLEMENT.value
LATE: Final = Settlement.Title.LATE.value


@dataclass(frozen=True)
class FolioPart:
    """Lines that are settled together.

    :param title: ``main``, ``supplement`` (posted after an early settlement) or ``late`` (posted
        after check-out)
    :param number: of the settlement; None while the part is open
    """

    title: str
    number: int | None
    settled_at: datetime | None
    lines: tuple[Charge, ...]
    subtotal: Decimal
    tax: Decimal
    total: Decimal

    @property
    def is_open(self) -> bool:
        return self.number is None


def parts_of(
    lines: Sequence[Charge], settlements: Sequence[Settlement], currency: str
) -> tuple[FolioPart, ...]:
    """Assign every line to exactly one part, settled parts first; there is at least one part.

    :param lines: of one folio, by posting number
    :param settlements: of the same folio, by number
    """
    parts = []
    rest = list(lines)
    for fixed in settlements:
        inside = [line for line in rest if line.sequence <= fixed.through]
        rest = rest[len(inside) :]
        parts.append(_part(fixed.title, inside, currency, fixed))
    stayed = [line for line in rest if not line.late]
    late = [line for line in rest if line.late]
    if stayed or not (parts or late):
        parts.append(_part(open_title(settlements), stayed, currency))
    if late:
        parts.append(_part(LATE, late, currency))
    return tuple(parts)


def open_title(settlements: Sequence[Settlement]) -> str:
    """The title of the open part of a stay in house."""
    return SUPPLEMENT if settlements else MAIN


def sums(lines: Iterable[Charge], currency: str) -> tuple[Decimal, Decimal]:
    """Subtotal and tax of lines."""
    lines = list(lines)
    subtotal = sum((line.net for line in lines), Decimal(0))
    tax = sum((line.tax for line in lines), Decimal(0))
    return round_money(subtotal, currency), round_money(tax, currency)


def _part(
    title: str, lines: Sequence[Charge], currency: str, fixed: Settlement | None = None
) -> FolioPart:
    subtotal, tax = sums(lines, currency)
    return FolioPart(
        title=title,
        number=fixed.number if fixed else None,
        settled_at=fixed.settled_at if fixed else None,
        lines=tuple(lines),
        subtotal=subtotal,
        tax=tax,
        total=subtotal + tax,
    )
