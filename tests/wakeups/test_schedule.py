"""The date rule, on ordinary days and on the nights the clocks change."""

from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.house import at, day
from wakeups.schedule import days_from, instant_of, last_report, pbx_time, place_from

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")  # its clocks change by half an hour


@pytest.mark.parametrize(
    ("date", "wall", "zone", "instant"),
    [
        ("2026-05-04", "07:00", SHANGHAI, "2026-05-03 23:00:00"),
        ("2026-05-04", "07:00", BERLIN, "2026-05-04 05:00:00"),
        # Clocks go forward at 02:00; 03:00 (01:00 UTC) is the first minute that exists.
        ("2026-03-29", "02:30", BERLIN, "2026-03-29 01:00:00"),
        ("2026-03-29", "02:00", BERLIN, "2026-03-29 01:00:00"),
        ("2026-03-29", "01:59", BERLIN, "2026-03-29 00:59:00"),
        ("2026-03-29", "03:00", BERLIN, "2026-03-29 01:00:00"),
        # Clocks go back at 03:00: 02:30 occurs twice and rings the first time.
        ("2026-10-25", "02:30", BERLIN, "2026-10-25 00:30:00"),
        ("2026-10-25", "03:00", BERLIN, "2026-10-25 02:00:00"),
        ("2026-10-04", "02:15", LORD_HOWE, "2026-10-03 15:30:00"),
    ],
)
def test_when_the_clocks_show_it(date: str, wall: str, zone: ZoneInfo, instant: str) -> None:
    assert instant_of(day(date), time.fromisoformat(wall), zone) == at(instant)


@pytest.mark.parametrize(
    ("due", "zone", "earliest"),
    [
        # 45 minutes after the same HH:MM of the day before …
        ("2026-05-04 23:00:00", SHANGHAI, "2026-05-03 23:45:00"),
        # … by the wall clock: the day is 23 hours long, or 25.
        ("2026-03-29 05:00:00", BERLIN, "2026-03-28 06:45:00"),
        ("2026-10-25 06:00:00", BERLIN, "2026-10-24 05:45:00"),
    ],
)
def test_an_alarm_is_not_placed_before_its_day(due: str, zone: ZoneInfo, earliest: str) -> None:
    assert place_from(at(due), zone) == at(earliest)


@pytest.mark.parametrize(
    ("due", "earliest"),
    [
        # 02:30 of the day after: the night before, 02:30 is shown at 00:30 and at 01:30 UTC …
        ("2026-10-26 01:30:00", "2026-10-25 02:15:00"),
        # … the first of the two has only that of the day before.
        ("2026-10-25 00:30:00", "2026-10-24 01:15:00"),
        # A PBX whose clock keeps another zone may be asked for the second: after the first.
        ("2026-10-25 01:30:00", "2026-10-25 00:45:00"),
        # 02:30 was skipped the night before.
        ("2026-03-30 00:30:00", "2026-03-29 02:15:00"),
    ],
)
def test_after_a_doubled_hour_the_second_showing_is_waited_for(due: str, earliest: str) -> None:
    assert place_from(at(due), BERLIN) == at(earliest)


def test_an_alarm_that_still_rings_is_waited_for() -> None:
    """An equal one would be a duplicate for the PBX (10022), and be deleted with it."""
    due, rings = at("2026-05-04 23:00:00"), timedelta(minutes=180)
    assert place_from(due, SHANGHAI, rings) == at("2026-05-04 02:02:00")


def test_the_pbx_gets_the_time_of_its_own_clock() -> None:
    due = instant_of(day("2026-05-04"), time(7, 0), SHANGHAI)
    assert pbx_time(due, SHANGHAI) == "07:00"
    assert pbx_time(due, BERLIN) == "01:00"


def test_the_last_report_survives_both_readings_of_repeats() -> None:
    """Three rings five minutes apart end at +10 min, or at +15 min if "repeats" counts extra."""
    assert last_report(at("2026-05-04 07:00:00"), 3, 5) == at("2026-05-04 07:17:00")


def test_chosen_weekdays() -> None:
    days = days_from(day("2026-05-04"), ["mon", "fri"], day("2026-05-15"))
    assert [each.isoformat() for each in days] == [
        "2026-05-04",
        "2026-05-08",
        "2026-05-11",
        "2026-05-15",
    ]
