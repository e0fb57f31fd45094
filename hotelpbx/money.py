"""Currencies and rounding. Amounts are ``Decimal``, never ``float``."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

# ISO 4217 currencies whose minor unit is not a hundredth.
_MINOR_DIGITS: Final[dict[str, int]] = {
    **dict.fromkeys(
        (
            "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW",
            "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF",
        ),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}  # fmt: skip


def minor_digits(currency: str) -> int:
    """How many decimals an amount of ``currency`` has: CNY 2, JPY 0, KWD 3."""
    return _MINOR_DIGITS.get(currency, 2)


def round_money(amount: Decimal, currency: str) -> Decimal:
    """``amount`` rounded half up, once, at the minor unit of ``currency``."""
    return amount.quantize(Decimal(1).scaleb(-minor_digits(currency)), rounding=ROUND_HALF_UP)
