"""Checking entered amounts, and dividing amounts without a rounding difference."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Final

from hotelpbx.money import minor_digits, round_money
from hotelpbx.refusals import invalid

# What the column holds; more than any hotel bill.
MAX_AMOUNT: Final = Decimal("99999999")


def check_amount(amount: Decimal, currency: str) -> None:
    """Refuse an amount that is not positive, too large, or finer than the minor unit."""
    if amount <= 0 or amount > MAX_AMOUNT:
        raise invalid("/amount", f"The amount must be more than 0 and at most {MAX_AMOUNT}.")
    if amount != round_money(amount, currency):
        raise invalid("/amount", f"{currency} has {minor_digits(currency)} decimals.")


def words(amount: Decimal, currency: str) -> str:
    """``12.50 CNY``"""
    return f"{round_money(amount, currency)} {currency}"


def divide(whole: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    """Divide ``whole`` in proportion to ``weights``, whose sum is not 0.

    Each part is within one minor unit of its exact value, and the parts add up to ``whole``:
    the cumulative sums are rounded, and the last of them is ``whole`` itself.
    """
    bounds = _bounds(whole, weights, currency)
    return [upper - lower for lower, upper in pairwise(bounds)]


def _bounds(whole: Decimal, weights: Sequence[Decimal], currency: str) -> Iterator[Decimal]:
    total, reached = sum(weights, Decimal(0)), Decimal(0)
    yield Decimal(0)
    for weight in weights:
        reached += weight
        yield round_money(whole * reached / total, currency)
