"""Weekly bands: their edges, midnight, the nights on which the clocks change, overlaps."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from billing.rating import Band, overlaps, parse_days, parse_minute_of_day

BERLIN = ZoneInfo("Europe/Berlin")


def a_band(days: str, start: str, end: str) -> Band:
    return Band(parse_days(days), parse_minute_of_day(start), parse_minute_of_day(end))


# 2026-01-05 is a Monday, 2026-01-09 a Friday, 2026-01-11 a Sunday.
BANDS = [
    # days, from, to, local start, covered
    ("mon-sun", "00:00", "24:00", "2026-01-05 00:00:00", True),
    ("mon-sun", "00:00", "24:00", "2026-01-11 23:59:59", True),
    ("mon-fri", "08:00", "18:00", "2026-01-05 07:59:59", False),
    ("mon-fri", "08:00", "18:00", "2026-01-05 08:00:00", True),
    ("mon-fri", "08:00", "18:00", "2026-01-05 17:59:59", True),
    ("mon-fri", "08:00", "18:00", "2026-01-05 18:00:00", False),
    ("mon-fri", "08:00", "18:00", "2026-01-10 12:00:00", False),
    ("sat,sun", "00:00", "24:00", "2026-01-09 23:59:59", False),
    ("sat,sun", "00:00", "24:00", "2026-01-10 00:00:00", True),
    ("sat-mon", "00:00", "24:00", "2026-01-12 10:00:00", True),
    ("sat-mon", "00:00", "24:00", "2026-01-13 10:00:00", False),
    ("fri", "22:00", "06:00", "2026-01-09 21:59:59", False),
    ("fri", "22:00", "06:00", "2026-01-09 22:00:00", True),
    ("fri", "22:00", "06:00", "2026-01-10 00:00:00", True),
    ("fri", "22:00", "06:00", "2026-01-10 05:59:59", True),
    ("fri", "22:00", "06:00", "2026-01-10 06:00:00", False),
    ("fri", "22:00", "06:00", "2026-01-09 03:00:00", False),
    ("fri", "22:00", "06:00", "2026-01-10 22:00:00", False),
    ("sun", "22:00", "06:00", "2026-01-12 05:59:59", True),
    ("sun", "22:00", "06:00", "2026-01-11 05:59:59", False),
    ("mon-sun", "22:00", "06:00", "2026-01-05 05:59:59", True),
    ("fri", "18:00", "00:00", "2026-01-09 23:59:59", True),
    ("fri", "18:00", "00:00", "2026-01-10 00:00:00", False),
    ("fri", "18:00", "24:00", "2026-01-09 23:59:59", True),
    ("fri", "18:00", "24:00", "2026-01-10 00:00:00", False),
    ("mon-sun", "08:00", "08:00", "2026-01-05 08:00:00", False),
    ("mon-sun", "00:00", "00:00", "2026-01-05 00:00:00", False),
]


@pytest.mark.parametrize(("days", "start", "end", "local", "covered"), BANDS)
def test_a_band_covers_its_hours_and_no_others(
    days: str, start: str, end: str, local: str, covered: bool
) -> None:
    assert a_band(days, start, end).covers(datetime.fromisoformat(local + "+08:00")) is covered


# Berlin 2026: on 29 March 02:00 CET becomes 03:00 CEST (01:00 UTC),
# on 25 October 03:00 CEST becomes 02:00 CET (01:00 UTC). Both are Sundays.
CLOCK_CHANGES = [
    ("sun", "02:00", "03:00", "2026-03-29T00:59:59Z", False),  # 01:59:59 CET
    ("sun", "02:00", "03:00", "2026-03-29T01:00:00Z", False),  # 03:00 CEST: the hour is skipped
    ("sun", "02:00", "03:00", "2026-10-24T23:59:59Z", False),  # 01:59:59 CEST
    ("sun", "02:00", "03:00", "2026-10-25T00:30:00Z", True),  # 02:30 CEST
    ("sun", "02:00", "03:00", "2026-10-25T01:30:00Z", True),  # 02:30 CET, the second time
    ("sun", "02:00", "03:00", "2026-10-25T02:00:00Z", False),  # 03:00 CET
    ("sat", "22:00", "06:00", "2026-03-28T20:59:59Z", False),  # Saturday 21:59:59 CET
    ("sat", "22:00", "06:00", "2026-03-28T21:00:00Z", True),  # Saturday 22:00 CET
    ("sat", "22:00", "06:00", "2026-03-29T03:59:59Z", True),  # 05:59:59 CEST, after 7 hours
    ("sat", "22:00", "06:00", "2026-03-29T04:00:00Z", False),  # 06:00 CEST
    ("sat", "22:00", "06:00", "2026-10-24T20:00:00Z", True),  # Saturday 22:00 CEST
    ("sat", "22:00", "06:00", "2026-10-25T04:59:59Z", True),  # 05:59:59 CET, after 9 hours
    ("sat", "22:00", "06:00", "2026-10-25T05:00:00Z", False),  # 06:00 CET
]


@pytest.mark.parametrize(("days", "start", "end", "instant", "covered"), CLOCK_CHANGES)
def test_the_clock_on_the_wall_decides_when_the_clocks_change(
    days: str, start: str, end: str, instant: str, covered: bool
) -> None:
    local = datetime.fromisoformat(instant).astimezone(BERLIN)
    assert a_band(days, start, end).covers(local) is covered


OVERLAPS = [
    ("apart", [("mon", "08:00", "12:00"), ("mon", "12:00", "18:00")], []),
    ("one minute", [("mon", "08:00", "12:01"), ("mon", "12:00", "18:00")], [(0, 1)]),
    ("other days", [("mon", "08:00", "12:00"), ("tue-sun", "08:00", "12:00")], []),
    ("the same twice", [("mon-sun", "00:00", "24:00")] * 2, [(0, 1)]),
    ("day and night", [("mon-sun", "08:00", "22:00"), ("mon-sun", "22:00", "08:00")], []),
    ("after midnight", [("fri", "22:00", "06:00"), ("sat", "05:59", "07:00")], [(0, 1)]),
    ("not the same night", [("fri", "22:00", "06:00"), ("fri", "00:00", "06:00")], []),
    ("over the week's end", [("sun", "22:00", "06:00"), ("mon", "05:00", "08:00")], [(0, 1)]),
    ("the week's end, apart", [("sun", "22:00", "06:00"), ("mon", "06:00", "22:00")], []),
    ("an empty band", [("mon", "08:00", "08:00"), ("mon", "00:00", "24:00")], []),
    (
        "two short ones within a long one",
        [("mon", "09:00", "10:00"), ("mon", "00:00", "24:00"), ("mon", "11:00", "12:00")],
        [(0, 1), (1, 2)],
    ),
]


@pytest.mark.parametrize(
    ("bands", "pairs"), [pytest.param(*case[1:], id=case[0]) for case in OVERLAPS]
)
def test_bands_that_share_a_minute_of_the_week_overlap(
    bands: list[tuple[str, str, str]], pairs: list[tuple[int, int]]
) -> None:
    assert overlaps([a_band(*band) for band in bands]) == pairs


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon-sun", {0, 1, 2, 3, 4, 5, 6}),
        ("mon-fri,sun", {0, 1, 2, 3, 4, 6}),
        ("sat-mon", {5, 6, 0}),
        ("wed-wed", {2}),
        ("Tue, Thu", {1, 3}),
        ("sun-sat", {0, 1, 2, 3, 4, 5, 6}),
    ],
)
def test_days_are_read_as_lists_and_ranges(text: str, days: set[int]) -> None:
    assert parse_days(text) == days


@pytest.mark.parametrize("text", ["", "monday", "mon-", "-fri", "mon,,tue", "mon-fri-sun", "1-5"])
def test_days_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must be days such as"):
        parse_days(text)


@pytest.mark.parametrize(
    ("text", "minutes"), [("00:00", 0), ("08:30", 510), ("23:59", 1439), ("24:00", 1440)]
)
def test_a_time_of_day_is_read_as_minutes(text: str, minutes: int) -> None:
    assert parse_minute_of_day(text) == minutes


@pytest.mark.parametrize("text", ["", "8:30", "24:01", "12:60", "0830", "08:30:00", "０８:30"])
def test_a_time_of_day_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must be a time such as"):
        parse_minute_of_day(text)
