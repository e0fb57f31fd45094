"""Balances of stays: their charges less their payments."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Case, F, Sum, When

from billing.models import Charge, Payment
from hotelpbx.money import round_money
from rooms.models import Stay


def balance_of(stay: Stay) -> Decimal:
    """What the stay owes now; negative if it has overpaid."""
    return balances([stay])[stay.pk]


def balances(stays: Iterable[Stay]) -> dict[int, Decimal]:
    """What each stay owes, by the stay's id, in two queries."""
    stays = list(stays)
    gross = Case(When(tax_included=True, then=F("amount")), default=F("amount") + F("tax"))
    charged = dict(
        Charge.objects.filter(stay__in=stays)
        .values("stay")
        .annotate(owed=Sum(gross))
        .values_list("stay", "owed")
    )
    paid = dict(
        Payment.objects.filter(stay__in=stays)
        .values("stay")
        .annotate(paid=Sum("amount"))
        .values_list("stay", "paid")
    )
    nothing = Decimal(0)
    return {
        stay.pk: round_money(
            charged.get(stay.pk, nothing) - paid.get(stay.pk, nothing), stay.property.currency
        )
        for stay in stays
    }
