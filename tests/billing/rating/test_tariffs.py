"""Which rate a call gets: editions, outside lines, the longest prefix, the band that holds."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from billing.rating import (
    ALWAYS,
    Band,
    Outcome,
    Rate,
    Rating,
    Tariff,
    UnratedReason,
    normalize_number,
    parse_days,
    parse_minute_of_day,
    rate_call,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YEAR = datetime(2026, 1, 1, tzinfo=SHANGHAI)
MONDAY_NOON = datetime(2026, 1, 5, 12, tzinfo=SHANGHAI).astimezone(UTC)

INTERNATIONAL = Rate("", "International", Decimal("1.00"), Decimal("6.00"), 60, 6, 0)


def a_tariff(
    *rates: Rate,
    effective_from: datetime = NEW_YEAR,
    strip_prefixes: tuple[str, ...] = (),
) -> Tariff:
    return Tariff("standard", effective_from, strip_prefixes, Decimal(0), rates)


def a_band(days: str, start: str, end: str) -> Band:
    return Band(parse_days(days), parse_minute_of_day(start), parse_minute_of_day(end))


def a_rate(prefix: str, description: str, band: Band = ALWAYS) -> Rate:
    return replace(INTERNATIONAL, prefix=prefix, description=description, band=band)


def a_call(
    *tariffs: Tariff,
    dialed: str = "0049301234",
    at: datetime = MONDAY_NOON,
    zone: ZoneInfo = SHANGHAI,
    seconds: int = 60,
) -> Rating:
    return rate_call(tariffs, dialed, at, zone, seconds, "CNY")


def test_an_hour_that_occurs_twice_costs_the_same_both_times() -> None:
    night = a_tariff(a_rate("", "Night", a_band("sun", "02:00", "03:00")))
    summer_time, winter_time = (
        a_call(night, at=datetime(2026, 10, 25, hour, 30, tzinfo=UTC), zone=BERLIN)
        for hour in (0, 1)
    )
    assert summer_time.description == winter_time.description == "Night"


def test_the_day_is_the_propertys_not_the_day_in_utc() -> None:
    tariff = a_tariff(a_rate("", "Monday", a_band("mon", "00:00", "24:00")))
    sunday_in_utc = datetime(2026, 1, 11, 16, 0, tzinfo=UTC)
    assert a_call(tariff, at=sunday_in_utc).description == "Monday"


NUMBERS = [
    ("0049 30-12 34", (), "0049301234"),
    ("(+49) 30/1234", (), "+49301234"),
    ("*62#", (), "*62#"),
    ("", ("9",), ""),
    ("91000", ("9",), "1000"),
    ("991000", ("9",), "91000"),
    ("991000", ("9", "99"), "1000"),
    ("991000", ("99", "9"), "1000"),
    ("9991000", ("9", "99"), "91000"),
    ("81000", ("9",), "81000"),
    ("9 1000", ("91",), "000"),
    ("9", ("9",), ""),
    ("01000", ("9", "0"), "1000"),
]


@pytest.mark.parametrize(("dialed", "strip_prefixes", "number"), NUMBERS)
def test_the_longest_outside_line_that_fits_is_stripped_once(
    dialed: str, strip_prefixes: tuple[str, ...], number: str
) -> None:
    assert normalize_number(dialed, strip_prefixes) == number


DAYTIME = a_band("mon-fri", "08:00", "18:00")
WORLD = a_tariff(
    a_rate("", "Local"),
    a_rate("0", "National"),
    a_rate("00", "International"),
    a_rate("0049", "Germany", DAYTIME),
    a_rate("00491", "German mobile", a_band("sat,sun", "00:00", "24:00")),
    a_rate("1", "Mobile, day", DAYTIME),
    a_rate("1", "Mobile, night", a_band("mon-fri", "18:00", "08:00")),
    a_rate("+", "Written with plus"),
    strip_prefixes=("9",),
)
MONDAY_EVENING = datetime(2026, 1, 5, 20, tzinfo=SHANGHAI).astimezone(UTC)
SATURDAY_NOON = datetime(2026, 1, 10, 12, tzinfo=SHANGHAI).astimezone(UTC)
DESTINATIONS = [
    ("9 6212 3456", MONDAY_NOON, "Local", ""),
    ("9 010 6212 3456", MONDAY_NOON, "National", "0"),
    ("9 00 1 212 555", MONDAY_NOON, "International", "00"),
    ("9 0049 30 1234", MONDAY_NOON, "Germany", "0049"),
    ("9 0049 30 1234", MONDAY_EVENING, "International", "00"),
    ("9 0049 151 234", MONDAY_NOON, "Germany", "0049"),
    ("9 0049 151 234", MONDAY_EVENING, "International", "00"),
    ("9 0049 151 234", SATURDAY_NOON, "German mobile", "00491"),
    ("9 138 0000 0000", MONDAY_NOON, "Mobile, day", "1"),
    ("9 138 0000 0000", MONDAY_EVENING, "Mobile, night", "1"),
    ("9 138 0000 0000", SATURDAY_NOON, "Local", ""),
    ("+49 30 1234", MONDAY_NOON, "Written with plus", "+"),
    ("00", MONDAY_NOON, "International", "00"),
    ("9", MONDAY_NOON, "Local", ""),
]


@pytest.mark.parametrize(("dialed", "at", "description", "prefix"), DESTINATIONS)
def test_the_longest_prefix_among_the_bands_that_hold_wins(
    dialed: str, at: datetime, description: str, prefix: str
) -> None:
    rating = a_call(WORLD, dialed=dialed, at=at)
    assert (rating.description, rating.prefix) == (description, prefix)


def test_a_rating_names_the_number_it_looked_up() -> None:
    assert a_call(WORLD, dialed="9 010-6212").number == "0106212"


JULY = datetime(2026, 7, 1, tzinfo=SHANGHAI)
WINTER = a_tariff(a_rate("", "Winter prices"))
SUMMER = a_tariff(a_rate("00", "Summer prices"), effective_from=JULY)


@pytest.mark.parametrize(
    ("at", "description"),
    [
        ("2025-12-31T16:00:00Z", "Winter prices"),  # 00:00 on New Year's Day in Shanghai
        ("2026-06-30T15:59:59Z", "Winter prices"),
        ("2026-06-30T16:00:00Z", "Summer prices"),
        ("2031-01-01T00:00:00Z", "Summer prices"),
    ],
)
@pytest.mark.parametrize("editions", [(WINTER, SUMMER), (SUMMER, WINTER)])
def test_the_latest_edition_that_has_begun_counts(
    editions: tuple[Tariff, ...], at: str, description: str
) -> None:
    rating = a_call(*editions, at=datetime.fromisoformat(at))
    assert rating.description == description
    expected = JULY if description == "Summer prices" else NEW_YEAR
    assert rating.effective_from == expected


def test_a_call_before_every_tariff_is_unrated() -> None:
    rating = a_call(SUMMER, WINTER, at=datetime(2025, 12, 31, 15, 59, 59, tzinfo=UTC))
    assert rating.outcome is Outcome.UNRATED
    assert rating.reason is UnratedReason.NO_TARIFF
    assert rating.amount is None


def test_a_call_of_a_hotel_without_tariffs_is_unrated() -> None:
    assert a_call().reason is UnratedReason.NO_TARIFF


def test_an_older_edition_does_not_step_in_for_a_missing_rate() -> None:
    rating = a_call(WINTER, SUMMER, dialed="62123456", at=datetime(2026, 8, 1, tzinfo=UTC))
    assert rating.outcome is Outcome.UNRATED
    assert rating.reason is UnratedReason.NO_RATE
    assert rating.amount is None
    assert rating.effective_from == JULY


def test_an_unanswered_call_is_free_even_without_a_tariff() -> None:
    rating = a_call(seconds=0)
    assert rating.outcome is Outcome.FREE
    assert rating.amount == 0
    assert rating.reason is None


def test_an_unanswered_call_is_free_even_without_a_rate() -> None:
    tariff = a_tariff(a_rate("00", "Abroad"))
    assert a_call(tariff, dialed="62123456", seconds=0).outcome is Outcome.FREE


def test_a_lookup_among_50000_prefixes_asks_only_rates_whose_prefix_fits() -> None:
    asked: list[Band] = []

    class CountedBand(Band):
        def covers(self, local: datetime) -> bool:
            asked.append(self)
            return super().covers(local)

    band = CountedBand(frozenset({6}), 0, 1440)
    rates = [a_rate(f"00{number}", "Zone", band) for number in range(50_000)]
    rating = a_call(a_tariff(*rates), dialed="0049301234")
    assert rating.reason is UnratedReason.NO_RATE
    assert len(asked) == 5  # 004, 0049, 00493, 004930, 0049301
