"""Rating compared with a slow implementation that shares only the rules with the engine."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from billing.rating import ALWAYS, Band, Outcome, Rate, Tariff, overlaps, rate_call
from billing.tariff_book import Book
from hotelpbx.money import round_money

ZONE = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 3, 23, tzinfo=UTC)
MINOR_UNITS = {"CNY": 100, "JPY": 1, "KWD": 1000}

# Around the length of a head by which rates are found.
PREFIXES = ["", "0", "00", "004", "0049", "1", "00491", "004915", "0049151", "0049160", "00491601"]

days_of_week = st.frozensets(st.integers(0, 6), min_size=1)
bands = st.builds(Band, days_of_week, st.integers(0, 1439), st.integers(0, 1440))
prices = st.decimals(0, 1000, places=6)
steps = st.integers(1, 300)
rates = st.builds(
    Rate,
    st.sampled_from(PREFIXES),
    st.text(max_size=3),
    st.decimals(0, 100, places=3),
    prices,
    st.integers(0, 300),
    steps,
    st.integers(0, 120),
    bands,
)
surcharges = st.decimals(0, 3, places=4)
talk_times = st.integers(0, 20_000)
currencies = st.sampled_from(sorted(MINOR_UNITS))
# Two weeks around the night on which the clocks go forward.
instants = st.integers(0, 14 * 86_400).map(lambda seconds: MONDAY + timedelta(seconds=seconds))
dialed_numbers = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "9", "99", "9 ", "+"]),
    st.sampled_from(PREFIXES),
    st.text("0169 -", max_size=4),
)


def a_tariff(surcharge: Decimal, *of: Rate) -> Tariff:
    return Tariff("standard", MONDAY - timedelta(days=1), ("9",), surcharge, of)


def slow_minutes(band: Band) -> set[int]:
    """The minutes of the week that a band covers, walked one by one."""
    covered = set()
    for day in band.days:
        minute = band.start
        while minute % 1440 != band.end % 1440 or (minute, band.end) == (0, 1440):
            covered.add((day * 1440 + minute) % 10_080)
            minute += 1
    return covered


def slow_amount(rate: Rate, surcharge: Decimal, talk: int, currency: str) -> tuple[int, Fraction]:
    """Billed seconds and amount in whole minor units, as a fraction of the currency."""
    billed = rate.initial_increment
    while billed < talk:
        billed += rate.increment
    exact = Fraction(rate.connection_fee) + Fraction(billed, 60) * Fraction(rate.price_per_minute)
    in_minor_units = exact * (1 + Fraction(surcharge)) * MINOR_UNITS[currency]
    return billed, Fraction((in_minor_units + Fraction(1, 2)).__floor__(), MINOR_UNITS[currency])


@given(rates, surcharges, talk_times, currencies)
def test_the_price_is_that_of_the_slow_way(
    rate: Rate, surcharge: Decimal, talk: int, currency: str
) -> None:
    tariff = a_tariff(surcharge, replace(rate, prefix="", band=ALWAYS))
    rating = rate_call([tariff], "1", MONDAY, ZONE, talk, currency)
    if talk <= rate.free_seconds:
        assert rating.outcome is Outcome.FREE
        assert rating.billed_seconds == rating.amount == 0
        return
    billed, amount = slow_amount(rate, surcharge, talk, currency)
    assert rating.amount is not None
    assert (rating.billed_seconds, Fraction(rating.amount)) == (billed, amount)
    assert rating.billed_seconds >= talk
    assert rating.amount >= round_money(rate.connection_fee, currency)


@given(rates, surcharges, talk_times, talk_times, currencies)
def test_a_longer_call_never_costs_less(
    rate: Rate, surcharge: Decimal, one: int, other: int, currency: str
) -> None:
    tariff = a_tariff(surcharge, replace(rate, prefix="", band=ALWAYS))
    shorter, longer = (
        rate_call([tariff], "1", MONDAY, ZONE, talk, currency) for talk in sorted((one, other))
    )
    assert shorter.amount is not None
    assert longer.amount is not None
    assert shorter.amount <= longer.amount
    assert shorter.billed_seconds <= longer.billed_seconds


@given(st.lists(rates, max_size=8), instants, dialed_numbers)
def test_the_rate_is_the_one_the_slow_way_finds(
    listed: list[Rate], instant: datetime, dialed: str
) -> None:
    number = dialed.replace(" ", "").replace("-", "")
    number = number[1:] if number.startswith("9") else number
    local = instant.astimezone(ZONE)
    minute = local.weekday() * 1440 + local.hour * 60 + local.minute
    fitting = [
        rate
        for rate in listed
        if number.startswith(rate.prefix) and minute in slow_minutes(rate.band)
    ]
    longest = max((len(rate.prefix) for rate in fitting), default=None)

    rating = rate_call([a_tariff(Decimal(0), *listed)], dialed, instant, ZONE, 1000, "CNY")

    assert rating.number == number
    if longest is None:
        assert rating.outcome is Outcome.UNRATED
    else:
        assert rating.prefix == number[:longest]


@given(st.lists(bands, max_size=5))
def test_bands_overlap_exactly_if_two_share_a_minute(listed: list[Band]) -> None:
    minutes = [slow_minutes(band) for band in listed]
    colliding = {
        position
        for position, covered in enumerate(minutes)
        if any(covered & other for index, other in enumerate(minutes) if index != position)
    }
    pairs = overlaps(listed)
    assert {position for pair in pairs for position in pair} == colliding
    assert all(minutes[first] & minutes[second] for first, second in pairs)
    assert all(first < second for first, second in pairs)


@given(bands, instants)
def test_a_band_covers_exactly_its_minutes(band: Band, instant: datetime) -> None:
    local = instant.astimezone(ZONE)
    minute = local.weekday() * 1440 + local.hour * 60 + local.minute
    assert band.covers(local) == (minute in slow_minutes(band))


editions = st.builds(
    Tariff,
    st.just("standard"),
    st.integers(-3, 15).map(lambda days: MONDAY + timedelta(days=days)),
    st.just(("9",)),
    st.just(Decimal(0)),
    st.just(()),
    st.frozensets(st.sampled_from(["SIP", "GSM"])),
)


@given(st.lists(editions, max_size=4, unique_by=lambda one: one.effective_from), instants)
def test_a_trunk_has_its_tariff_exactly_while_the_edition_in_force_lists_it(
    listed: list[Tariff], instant: datetime
) -> None:
    own = Tariff("own", MONDAY - timedelta(days=99), (), Decimal(0), ())
    book = Book(1, "own", {"own": (own,), "standard": tuple(listed)})
    begun = [one for one in listed if one.effective_from <= instant]
    in_force = max(begun, key=lambda one: one.effective_from, default=None)
    for trunk in ("SIP", "GSM", ""):
        expected = in_force if in_force and trunk in in_force.trunks else own
        assert book.editions_for("", trunk, instant) == (expected,)


@given(rates, surcharges, talk_times, currencies, st.integers(1, 20_000))
def test_the_rest_of_a_call_after_free_minutes_is_priced_the_slow_way(
    rate: Rate, surcharge: Decimal, talk: int, currency: str, free: int
) -> None:
    tariff = a_tariff(surcharge, rate)
    billed = rate.billed_seconds(talk)
    rest = max(billed - free, 1)
    exact = Fraction(rate.connection_fee) + Fraction(rest, 60) * Fraction(rate.price_per_minute)
    minor = exact * (1 + Fraction(surcharge)) * MINOR_UNITS[currency]
    paid = tariff.amount(rate, rest, currency)
    assert Fraction(paid) * MINOR_UNITS[currency] == (minor + Fraction(1, 2)).__floor__()
    assert rest > billed or paid <= tariff.amount(rate, billed, currency)
