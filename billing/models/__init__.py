"""Prices, and what was sold at them."""

from billing.models.calls import Call
from billing.models.charges import Charge, MinibarEntry, PostingCounter
from billing.models.prices import MinibarProduct, PriceBook, Tariff, TariffRate

__all__ = [
    "Call",
    "Charge",
    "MinibarEntry",
    "MinibarProduct",
    "PostingCounter",
    "PriceBook",
    "Tariff",
    "TariffRate",
]
