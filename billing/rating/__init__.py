"""The rating engine: what a call costs. Pure arithmetic, without database or clock."""

from billing.rating.bands import ALWAYS, Band, overlaps, parse_days, parse_minute_of_day
from billing.rating.engine import Outcome, Rating, UnratedReason, in_effect, rate_call
from billing.rating.tariffs import Rate, Tariff
from pbx.numbers import normalize_number

__all__ = [
    "ALWAYS",
    "Band",
    "Outcome",
    "Rate",
    "Rating",
    "Tariff",
    "UnratedReason",
    "in_effect",
    "normalize_number",
    "overlaps",
    "parse_days",
    "parse_minute_of_day",
    "rate_call",
]
