"""Rating by hand: every expected figure is worked out in its case's name or beside it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import ROUND_DOWN, Decimal, localcontext

import pytest

from billing.rating import ALWAYS, Outcome, Rate, Rating, Tariff, rate_call

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
MONDAY_NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Price:
    """A rate's figures as an integrator writes them."""

    fee: str
    minute: str
    steps: str
    free: int = 0
    surcharge: str = "0"
    currency: str = "CNY"


EXAMPLE = Price("1.00", "6.00", "60/6")
PER_SECOND = Price("0", "0.60", "1/1")
QUARTERS = Price("0", "1.20", "30/15")
MINUTES = Price("0", "0.50", "60/60")
NO_FIRST_STEP = Price("0", "0.50", "0/60")
ODD_STEPS = Price("0", "0.60", "90/20")
ANALOG_LINE = replace(EXAMPLE, free=10)
LONG_GRACE = replace(EXAMPLE, free=90)
TINY = Price("0", "0.30", "1/1")
YEN = Price("0", "30", "1/1", currency="JPY")
DINAR = Price("0", "0.030", "1/1", currency="KWD")
PLUS_15 = replace(EXAMPLE, surcharge="0.15")

# name (with the computation), price, talk seconds, billed seconds, amount
PRICED = [
    ("60/6: 1 s is 60: 1 + 6", EXAMPLE, 1, 60, "7.00"),
    ("60/6: 59 s is 60", EXAMPLE, 59, 60, "7.00"),
    ("60/6: 60 s is 60", EXAMPLE, 60, 60, "7.00"),
    ("60/6: 61 s is 66: 1 + 1.1 x 6", EXAMPLE, 61, 66, "7.60"),
    ("60/6: 66 s is 66", EXAMPLE, 66, 66, "7.60"),
    ("60/6: 67 s is 72: 1 + 1.2 x 6", EXAMPLE, 67, 72, "8.20"),
    ("60/6: 120 s is 120: 1 + 2 x 6", EXAMPLE, 120, 120, "13.00"),
    ("60/6: 121 s is 126: 1 + 2.1 x 6", EXAMPLE, 121, 126, "13.60"),
    ("60/6: one hour: 1 + 60 x 6", EXAMPLE, 3600, 3600, "361.00"),
    ("60/6: a forgotten receiver, one day: 1 + 1440 x 6", EXAMPLE, 86400, 86400, "8641.00"),
    ("1/1: 1 s at a cent a second", PER_SECOND, 1, 1, "0.01"),
    ("1/1: 59 s", PER_SECOND, 59, 59, "0.59"),
    ("1/1: 60 s", PER_SECOND, 60, 60, "0.60"),
    ("1/1: 61 s", PER_SECOND, 61, 61, "0.61"),
    ("30/15: 1 s is 30: half of 1.20", QUARTERS, 1, 30, "0.60"),
    ("30/15: 30 s is 30", QUARTERS, 30, 30, "0.60"),
    ("30/15: 31 s is 45: three quarters of 1.20", QUARTERS, 31, 45, "0.90"),
    ("30/15: 45 s is 45", QUARTERS, 45, 45, "0.90"),
    ("30/15: 46 s is 60", QUARTERS, 46, 60, "1.20"),
    ("30/15: 61 s is 75: 1.25 x 1.20", QUARTERS, 61, 75, "1.50"),
    ("60/60: 1 s is 60", MINUTES, 1, 60, "0.50"),
    ("60/60: 60 s is 60", MINUTES, 60, 60, "0.50"),
    ("60/60: 61 s is 120", MINUTES, 61, 120, "1.00"),
    ("60/60: 120 s is 120", MINUTES, 120, 120, "1.00"),
    ("60/60: 121 s is 180", MINUTES, 121, 180, "1.50"),
    ("0/60: 1 s is one step", NO_FIRST_STEP, 1, 60, "0.50"),
    ("0/60: 60 s is one step", NO_FIRST_STEP, 60, 60, "0.50"),
    ("0/60: 61 s is two steps", NO_FIRST_STEP, 61, 120, "1.00"),
    ("90/20: 90 s is 90: 1.5 x 0.60", ODD_STEPS, 90, 90, "0.90"),
    ("90/20: 91 s is 110: a cent a second", ODD_STEPS, 91, 110, "1.10"),
    ("90/20: 111 s is 130", ODD_STEPS, 111, 130, "1.30"),
    ("10 free: 11 s pays from the first second", ANALOG_LINE, 11, 60, "7.00"),
    ("90 free, beyond the first step: 91 s is 60 + 6 x 6: 1 + 9.6", LONG_GRACE, 91, 96, "10.60"),
    ("a fee alone", Price("2.00", "0", "60/60"), 1, 60, "2.00"),
    ("a fee and no first step", Price("2.00", "0.60", "0/1"), 7, 7, "2.07"),
    ("half up CNY: 0.005", TINY, 1, 1, "0.01"),
    ("half up CNY: 0.015", TINY, 3, 3, "0.02"),
    ("half up CNY: 0.025, which half even would make 0.02", TINY, 5, 5, "0.03"),
    ("CNY: 0.29 / 60 = 0.00483 is nothing", replace(TINY, minute="0.29"), 1, 1, "0.00"),
    ("half up JPY: 0.5", YEN, 1, 1, "1"),
    ("half up JPY: 2.5, which half even would make 2", YEN, 5, 5, "3"),
    ("JPY: 29 / 60 = 0.483 is nothing", replace(YEN, minute="29"), 1, 1, "0"),
    ("JPY: 66 s at 100: 110", Price("0", "100", "60/6", currency="JPY"), 61, 66, "110"),
    ("half up KWD: 0.0005", DINAR, 1, 1, "0.001"),
    ("half up KWD: 0.0025, which half even would make 0.002", DINAR, 5, 5, "0.003"),
    ("KWD: 0.029 / 60 = 0.000483 is nothing", replace(DINAR, minute="0.029"), 1, 1, "0.000"),
    ("KWD: 2 x 0.125", Price("0", "0.125", "60/60", currency="KWD"), 61, 120, "0.250"),
    ("rounded once: 0.004 + 0.004 = 0.008, not 0 + 0", Price("0.004", "0.24", "1/1"), 1, 1, "0.01"),
    (
        "rounded once: 0.005 + 0.005 = 0.01, not 0.01 + 0.01",
        Price("0.005", "0.30", "1/1"),
        1,
        1,
        "0.01",
    ),
    ("no end: 0.10 x 7 / 60 = 0.011666", replace(TINY, minute="0.10"), 7, 7, "0.01"),
    ("no end: 0.10 x 100 / 60 = 0.1666", replace(TINY, minute="0.10"), 100, 100, "0.17"),
    ("15 % on all: 7 x 1.15", PLUS_15, 60, 60, "8.05"),
    ("15 % on all: 7.6 x 1.15", PLUS_15, 61, 66, "8.74"),
    ("15 %, half up: 0.5 x 1.15 = 0.575", replace(MINUTES, surcharge="0.15"), 60, 60, "0.58"),
    ("half a percent: 1 x 1.005", Price("1", "0", "1/1", surcharge="0.005"), 1, 1, "1.01"),
    ("twice the price", replace(EXAMPLE, surcharge="1"), 60, 60, "14.00"),
    (
        "surcharge before rounding: 0.004 x 1.25 = 0.005",
        Price("0.004", "0", "1/1", surcharge="0.25"),
        1,
        1,
        "0.01",
    ),
    ("surcharge in JPY: 10 x 1.15 = 11.5", replace(YEN, surcharge="0.15"), 20, 20, "12"),
    ("6 decimals: a millionth is nothing", Price("0", "0.000001", "60/60"), 60, 60, "0.00"),
    ("6 decimals: 10 x 0.123456 = 1.23456", Price("0", "0.123456", "60/60"), 600, 600, "1.23"),
    ("6 decimals: 0.004999 is nothing", Price("0", "0.004999", "60/60"), 60, 60, "0.00"),
    ("6 decimals: 0.005000 is a cent", Price("0", "0.005000", "60/60"), 60, 60, "0.01"),
    ("6 decimals: 60 x 0.083333 = 4.99998", Price("0", "0.083333", "1/1"), 3600, 3600, "5.00"),
    ("6 decimals in KWD: half up 0.0015", replace(DINAR, minute="0.0015"), 60, 60, "0.002"),
    (
        "16 digits: 1440 x 9999999999.999999 = 14400000000000 - 0.00144",
        Price("0", "9999999999.999999", "60/60"),
        86400,
        86400,
        "14400000000000.00",
    ),
]  # fmt: skip


def rated(price: Price, seconds: int) -> Rating:
    initial, increment = (int(part) for part in price.steps.split("/"))
    rate = Rate(
        "", "", Decimal(price.fee), Decimal(price.minute), initial, increment, price.free, ALWAYS
    )
    tariff = Tariff("standard", NEW_YEAR, (), Decimal(price.surcharge), (rate,))
    return rate_call([tariff], "0049301234", MONDAY_NOON, UTC, seconds, price.currency)


@pytest.mark.parametrize(
    ("price", "seconds", "billed", "amount"),
    [pytest.param(*case[1:], id=case[0]) for case in PRICED],
)
def test_a_call_costs_what_the_hand_computes(
    price: Price, seconds: int, billed: int, amount: str
) -> None:
    rating = rated(price, seconds)
    assert rating.outcome is Outcome.RATED
    assert rating.billed_seconds == billed
    assert str(rating.amount) == amount


FREE = [
    ("nobody answered", EXAMPLE, 0, "0.00"),
    ("nobody answered, in yen", YEN, 0, "0"),
    ("nobody answered, in dinar", DINAR, 0, "0.000"),
    ("10 free: 0 s", ANALOG_LINE, 0, "0.00"),
    ("10 free: 9 s, and no fee", ANALOG_LINE, 9, "0.00"),
    ("10 free: 10 s, and no fee", ANALOG_LINE, 10, "0.00"),
    ("90 free, beyond the first step: 90 s", LONG_GRACE, 90, "0.00"),
]


@pytest.mark.parametrize(
    ("price", "seconds", "amount"), [pytest.param(*case[1:], id=case[0]) for case in FREE]
)
def test_a_call_within_the_free_seconds_costs_nothing(
    price: Price, seconds: int, amount: str
) -> None:
    rating = rated(price, seconds)
    assert rating.outcome is Outcome.FREE
    assert rating.billed_seconds == 0
    assert str(rating.amount) == amount


def test_a_caller_who_computes_with_few_digits_gets_the_same_price() -> None:
    with localcontext(prec=3, rounding=ROUND_DOWN):
        assert str(rated(EXAMPLE, 86400).amount) == "8641.00"


def test_a_negative_talk_time_is_refused() -> None:
    with pytest.raises(ValueError, match="must not be negative"):
        rated(EXAMPLE, -1)
