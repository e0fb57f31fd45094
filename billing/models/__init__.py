"""Models of billing: prices, calls, charges, payments, settlements."""

from billing.models.calls import Call
from billing.models.charges import Charge, MinibarEntry, PostingCounter
from billing.models.payments import Payment, Settlement
from billing.models.prices import MinibarProduct, PriceBook, Tariff, TariffRate

__all__ = [
    "Call",
    "Charge",
    "MinibarEntry",
    "MinibarProduct",
    "Payment",
    "PostingCounter",
    "PriceBook",
    "Settlement",
    "Tariff",
    "TariffRate",
]
