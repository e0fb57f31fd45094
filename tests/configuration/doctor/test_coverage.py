"""Dial patterns, and the search for numbers without a price, against trying every short number."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.rating import ALWAYS, Band, Rate, Tariff, normalize_number
from configuration.doctor.coverage import Gap, gaps
from configuration.doctor.patterns import DialPattern, patterns_in

MONDAY = datetime(2026, 5, 4, tzinfo=UTC)
DAY = Band(frozenset(range(7)), 7 * 60, 21 * 60)
NIGHT = Band(frozenset(range(7)), 21 * 60, 7 * 60)


def rate(prefix: str, band: Band = ALWAYS) -> Rate:
    return Rate(prefix, "", Decimal(0), Decimal(1), 60, 60, 0, band)


def tariff(*rates: Rate, strip: tuple[str, ...] = ("9",)) -> Tariff:
    return Tariff("standard", MONDAY, strip, Decimal(0), rates)


@pytest.mark.parametrize(
    ("pattern", "number", "accepted"),
    [
        ("9.", "9", False),
        ("9.", "95", True),
        ("9.", "85", False),
        ("9!", "9", True),
        ("0Z.", "00", False),
        ("0Z.", "01", False),
        ("0Z.", "015", True),
        ("X.", "7", False),
        ("X.", "777", True),
        ("NXX", "199", False),
        ("NXX", "200", True),
        ("NXX", "2000", False),
        ("[1-5]X.", "612", False),
        ("[1-5]X.", "512", True),
        ("[1-37]1", "71", True),
        ("[1-37]1", "41", False),
        ("!", "", True),
        ("!", "0", True),
        (".", "0", True),
        (".", "", False),
        ("_9x.", "912", True),
        ("9-00.", "9001", True),
        ("*7X", "*75", True),
    ],
)
def test_what_a_pattern_lets_through(pattern: str, number: str, accepted: bool) -> None:
    assert DialPattern.parse(pattern).accepts(number) is accepted


@pytest.mark.parametrize("text", ["", "  ", "[", "[]", "9.1", "9!.", "A", "[5-1]", "[1-]", "_"])
def test_what_is_no_pattern_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"pattern|range"):
        DialPattern.parse(text)


def test_a_route_may_have_several_patterns() -> None:
    assert list(patterns_in("9., 0Z.,")) == ["9.", "0Z."]


@pytest.mark.parametrize(
    ("pattern", "priced", "found"),
    [
        ("9.", tariff(rate("")), []),
        ("X.", tariff(rate("")), []),
        ("9.", tariff(), ["numbers beginning with 9"]),
        ("X.", tariff(strip=()), ["every number"]),
        ("90.", tariff(rate("0")), []),
        (
            "9[0-2].",
            tariff(rate("0")),
            ["numbers beginning with 91", "numbers beginning with 92"],
        ),
        ("900.", tariff(rate("00"), rate("0049")), []),
        ("9110", tariff(rate("110")), []),
        ("9110", tariff(rate("1101")), ["number 9110"]),
        ("911X", tariff(rate("11", DAY), rate("11", NIGHT)), []),
        ("9[1-3]", tariff(*(rate(digit) for digit in "13")), ["number 92"]),
        # The longest outside-line digits are taken off, once.
        ("99[12].", tariff(rate("1"), strip=("9", "99")), ["numbers beginning with 992"]),
        ("99[12].", tariff(rate("9"), strip=("9",)), []),
        # Another outside line than the tariff's: the number keeps its 0.
        ("0[12].", tariff(rate("1"), rate("2")), ["numbers beginning with 0"]),
        (
            "90.",
            tariff(rate("0", DAY)),
            ["numbers beginning with 90 (Mon 00:00 to Mon 07:00)"],
        ),
        (
            "90.",
            tariff(rate("0", Band(frozenset(range(6)), 0, 1440))),
            ["numbers beginning with 90 (Sun 00:00 to Sun 24:00)"],
        ),
        # What the shorter prefix has no price for at night, the longer one may.
        (
            "9[0][01].",
            tariff(rate("0", DAY), rate("00", NIGHT)),
            ["numbers beginning with 901 (Mon 00:00 to Mon 07:00)"],
        ),
    ],
)
def test_what_has_no_price(pattern: str, priced: Tariff, found: list[str]) -> None:
    assert [str(gap) for gap in real_gaps(pattern, priced)] == found


def test_the_mere_beginning_of_priced_numbers_is_told_apart() -> None:
    priced = tariff(*(rate(f"0{digit}") for digit in "0123456789"))
    [gap] = gaps(DialPattern.parse("90!"), priced)
    assert (str(gap), gap.is_prefix) == ("number 90", True)


def real_gaps(pattern: str, priced: Tariff) -> list[Gap]:
    return [gap for gap in gaps(DialPattern.parse(pattern), priced) if not gap.is_prefix]


ALPHABET = "012"
prefixes = st.text(ALPHABET, max_size=3)
bands = st.sampled_from([ALWAYS, ALWAYS, DAY, NIGHT])
patterns = st.builds(
    "{}{}".format,
    st.lists(st.sampled_from(["0", "1", "2", "[0-2]", "[12]"]), max_size=3).map("".join),
    st.sampled_from(["", ".", "!"]),
).filter(bool)


@settings(max_examples=150, deadline=None)
@given(
    patterns,
    st.lists(st.tuples(prefixes, bands), max_size=5),
    st.lists(st.text(ALPHABET, min_size=1, max_size=2), max_size=2),
)
def test_it_finds_what_trying_every_number_and_hour_finds(
    pattern: str, rates: list[tuple[str, Band]], strips: list[str]
) -> None:
    """With three digits of ten: the others have no price wherever these decide nothing."""
    priced = tariff(*(rate(*each) for each in rates), strip=tuple(strips))
    dial_pattern = DialPattern.parse(pattern)
    found = list(gaps(dial_pattern, priced))
    longest = 3 + 2 + 1  # every prefix behind every outside line, and more
    for length in range(longest + 1):
        for digits in product(ALPHABET, repeat=length):
            number = "".join(digits)
            if dial_pattern.accepts(number) and normalize_number(number, strips):
                assert covers(found, number) == has_no_price(priced, number), (number, found)


def covers(found: list[Gap], number: str) -> bool:
    return any(
        number == gap.dialed if gap.is_complete_number else number.startswith(gap.dialed)
        for gap in found
    )


def has_no_price(priced: Tariff, number: str) -> bool:
    """At noon or at midnight: the bands of these tests change at 7 and at 21."""
    stripped = normalize_number(number, priced.strip_prefixes)
    return any(
        priced.find_rate(stripped, MONDAY + timedelta(hours=hour), UTC) is None for hour in (0, 12)
    )
