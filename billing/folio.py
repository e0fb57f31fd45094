"""The folio of a stay: its charges, the tax in them, what is owed."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, F, Sum, When

from billing.allowances import Account, account_of
from billing.models import Charge
from hotelpbx.money import round_money
from rooms.models import Stay


@dataclass(frozen=True)
class Folio:
    """``subtotal + tax = total``; ``balance = total - payments``. All in ``currency``.

    :ivar allowance: what the class of service gives free and what is used of it; None: nothing
    """

    stay: Stay
    currency: str
    lines: tuple[Charge, ...]
    subtotal: Decimal
    tax: Decimal
    total: Decimal
    payments: Decimal
    balance: Decimal
    allowance: Account | None = None

    @property
    def reversed(self) -> frozenset[int]:
        """The ids of the lines that a later line takes back."""
        return frozenset(line.reverses_id for line in self.lines if line.reverses_id)


def folio_of(stay: Stay) -> Folio:
    """The folio as it is now; late charges included."""
    currency = stay.property.currency
    lines = tuple(
        stay.charges.select_related("property", "stay", "room", "product", "call").order_by(
            "sequence"
        )
    )
    subtotal = round_money(sum((line.net for line in lines), Decimal(0)), currency)
    tax = round_money(sum((line.tax for line in lines), Decimal(0)), currency)
    payments = round_money(Decimal(0), currency)
    return Folio(
        stay=stay,
        currency=currency,
        lines=lines,
        subtotal=subtotal,
        tax=tax,
        total=subtotal + tax,
        payments=payments,
        balance=subtotal + tax - payments,
        allowance=account_of(stay),
    )


def balances(stays: Iterable[Stay]) -> dict[int, Decimal]:
    """What each stay owes, by the stay's id, in one query."""
    stays = list(stays)
    gross = Case(When(tax_included=True, then=F("amount")), default=F("amount") + F("tax"))
    rows = (
        Charge.objects.filter(stay__in=stays)
        .values("stay")
        .annotate(owed=Sum(gross))
        .values_list("stay", "owed")
    )
    owed = dict(rows)
    return {
        stay.pk: round_money(owed.get(stay.pk, Decimal(0)), stay.property.currency)
        for stay in stays
    }
