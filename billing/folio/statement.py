"""The folio of a stay: charges, tax, payments, balance."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from billing.calls.allowances import AllowanceBalance, allowance_of
from billing.folio.parts import FolioPart, parts_of, sums
from billing.models import Charge, Payment
from hotelpbx.money import round_money
from rooms.models import Stay

_WORDS: Final = {
    Charge.Type.CALL: "Calls",
    Charge.Type.MINIBAR: "Minibar",
    Charge.Type.OTHER: "Other",
}


@dataclass(frozen=True)
class KindTotal:
    """The total of the lines of one kind, including tax."""

    kind: str
    words: str
    amount: Decimal


@dataclass(frozen=True)
class Folio:
    """``subtotal + tax = total``; ``balance = total - payments``. All in ``currency``.

    The totals of the parts and of the kinds each add up to ``total``, the receipts to
    ``payments``.

    :ivar allowance: of the class of service, and its use; None if there is none
    """

    stay: Stay
    currency: str
    lines: tuple[Charge, ...]
    subtotal: Decimal
    tax: Decimal
    total: Decimal
    payments: Decimal
    balance: Decimal
    receipts: tuple[Payment, ...]
    totals: tuple[KindTotal, ...]
    parts: tuple[FolioPart, ...]
    allowance: AllowanceBalance | None = None

    @property
    def reversed(self) -> frozenset[int]:
        """The ids of the lines that a later line reverses."""
        return frozenset(line.reverses_id for line in self.lines if line.reverses_id)

    @property
    def reversed_payments(self) -> frozenset[int]:
        """The ids of the payments that a later one reverses."""
        return frozenset(each.reverses_id for each in self.receipts if each.reverses_id)

    @property
    def open_lines(self) -> tuple[Charge, ...]:
        """The lines that are not settled yet."""
        return tuple(line for part in self.parts if part.is_open for line in part.lines)

    @property
    def overpaid(self) -> Decimal:
        """What may be refunded; 0 or more."""
        return max(-self.balance, Decimal(0))


def folio_of(stay: Stay) -> Folio:
    """The present folio, including late charges."""
    currency = stay.property.currency
    lines = tuple(
        stay.charges.select_related(
            "property", "stay", "room", "product", "call", "origin__stay"
        ).order_by("sequence")
    )
    receipts = tuple(stay.payments.select_related("property", "stay").order_by("sequence"))
    subtotal, tax = sums(lines, currency)
    payments = round_money(sum((each.amount for each in receipts), Decimal(0)), currency)
    return Folio(
        stay=stay,
        currency=currency,
        lines=lines,
        subtotal=subtotal,
        tax=tax,
        total=subtotal + tax,
        payments=payments,
        balance=subtotal + tax - payments,
        receipts=receipts,
        totals=_by_kind(lines, currency),
        parts=parts_of(lines, list(stay.settlements.order_by("number")), currency),
        allowance=allowance_of(stay),
    )


def _by_kind(lines: Sequence[Charge], currency: str) -> tuple[KindTotal, ...]:
    """Totals by kind, for the kinds with at least one line."""
    found: dict[str, Decimal] = {}
    for line in lines:
        found[line.type] = found.get(line.type, Decimal(0)) + line.gross
    return tuple(
        KindTotal(kind.value, words, round_money(found[kind], currency))
        for kind, words in _WORDS.items()
        if kind in found
    )
