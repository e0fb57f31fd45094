"""Analytics: what is counted, on which day, in which group."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoAssertNumQueries

from billing.analytics import SUBJECTS, AnalyticsReport, Period
from billing.ledger import posting
from hotelpbx.clock import now
from rooms.models import Property, Stay
from tests import house
from tests.billing.analytics import samples
from tests.house import CLERK, at, day, yuan

pytestmark = pytest.mark.django_db

NOON = at("2026-05-04 04:00:00")  # in Shanghai


@pytest.fixture
def alice(hotel: Property) -> Stay:
    """Alice Smith, in room 201."""
    return house.check_in(hotel, "Smith")


def report(hotel: Property, of: str, by: str, first: str, last: str = "") -> AnalyticsReport:
    period = Period(day(first), day(last or first), hotel.zone)
    return SUBJECTS[of].report(hotel, period, by)


def lines(found: AnalyticsReport, *names: str) -> dict[str, tuple[Any, ...]]:
    """The figures of those columns by label; lines without any are left out."""
    rows = {line.label: tuple(line.figures[name] for name in names) for line in found.lines}
    return {label: row for label, row in rows.items() if any(row)}


@pytest.mark.parametrize(
    ("zone", "first", "since", "until"),
    [
        ("Asia/Shanghai", "2026-05-04", "2026-05-03 16:00", "2026-05-04 16:00"),
        # The day on which clocks go forward has 23 hours, that on which they go back 25.
        ("Europe/Berlin", "2026-03-29", "2026-03-28 23:00", "2026-03-29 22:00"),
        ("Europe/Berlin", "2026-10-25", "2026-10-24 22:00", "2026-10-25 23:00"),
        # The clocks skip midnight: the day begins at 01:00.
        ("Africa/Cairo", "2026-04-24", "2026-04-23 22:00", "2026-04-24 21:00"),
        # They go back at midnight: 23:00 comes twice, both times on the old day.
        ("Africa/Cairo", "2026-10-29", "2026-10-28 21:00", "2026-10-29 22:00"),
    ],
)
def test_a_day_begins_and_ends_on_the_hotels_walls(
    zone: str, first: str, since: str, until: str
) -> None:
    period = Period(day(first), day(first), ZoneInfo(zone))
    wanted = [datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (since, until)]
    assert [period.since, period.until] == wanted


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Africa/Cairo", "Asia/Shanghai"])
def test_the_days_of_a_year_follow_each_other_without_a_gap(zone: str) -> None:
    year = Period(date(2026, 1, 1), date(2026, 12, 31), ZoneInfo(zone))
    days = [Period(each, each, year.zone) for each in year.days]
    assert days[0].since == year.since
    assert [each.until for each in days[:-1]] == [each.since for each in days[1:]]
    assert days[-1].until == year.until


def test_postings_of_one_hour_of_a_night_with_clock_change_stand_on_their_days(
    hotel: Property, alice: Stay
) -> None:
    """In Berlin 2026-10-25 lasts from 22:00 UTC to 23:00 UTC of the next day."""
    hotel.timezone = "Europe/Berlin"
    for text, amount in (
        ("2026-10-24 21:59:59", "1.00"),
        ("2026-10-24 22:00:00", "2.00"),
        ("2026-10-25 00:30:00", "4.00"),  # 02:30, the first time
        ("2026-10-25 01:30:00", "8.00"),  # 02:30, the second time
        ("2026-10-25 22:59:59", "16.00"),
        ("2026-10-25 23:00:00", "32.00"),
    ):
        samples.charge(alice, amount, at(text))
    found = report(hotel, "revenue", "day", "2026-10-24", "2026-10-26")
    assert lines(found, "total") == {
        "2026-10-24": (yuan("1.00"),),
        "2026-10-25": (yuan("30.00"),),
        "2026-10-26": (yuan("32.00"),),
    }


def test_revenue_by_day_has_a_line_for_each_day_and_their_sums(
    hotel: Property, alice: Stay
) -> None:
    samples.charge(alice, "106.00", NOON)
    samples.charge(alice, "1.70", NOON, "call")
    samples.minibar(alice, "0012", 2, NOON + timedelta(days=2))
    found = report(hotel, "revenue", "day", "2026-05-04", "2026-05-06")
    assert [line.label for line in found.lines] == ["2026-05-04", "2026-05-05", "2026-05-06"]
    assert lines(found, "calls", "minibar", "other", "total") == {
        "2026-05-04": (yuan("1.70"), 0, yuan("106.00"), yuan("107.70")),
        "2026-05-06": (0, yuan("16.00"), 0, yuan("16.00")),
    }
    assert found.total["total"] == yuan("123.70")
    assert found.total["contained"] == yuan("6.00") + yuan("0.10") + yuan("0.91")


def test_a_reversal_counts_on_its_own_day_and_leaves_the_day_before_alone(
    hotel: Property, alice: Stay
) -> None:
    charged = samples.charge(alice, "106.00", NOON)
    before = report(hotel, "revenue", "day", "2026-05-04")
    samples.reversal(charged, NOON + timedelta(days=1))
    assert report(hotel, "revenue", "day", "2026-05-04") == before
    after = report(hotel, "revenue", "day", "2026-05-04", "2026-05-05")
    assert lines(after, "total", "contained")["2026-05-05"] == (yuan("-106.00"), yuan("-6.00"))
    assert after.total["total"] == 0


def test_tax_on_top_is_part_of_the_revenue(hotel: Property, alice: Stay) -> None:
    alice.property.tax_included = False
    samples.charge(alice, "100.00", NOON)
    found = report(hotel, "revenue", "day", "2026-05-04")
    assert (found.total["total"], found.total["contained"]) == (yuan("106.00"), yuan("6.00"))


def test_revenue_by_room_and_by_staff(hotel: Property, alice: Stay) -> None:
    bob = house.check_in(hotel, "Jones", number="202")
    samples.charge(alice, "10.00", NOON)
    samples.charge(bob, "20.00", NOON, posted_by="dora")
    samples.charge(bob, "40.00", NOON, posted_by_kind="key", posted_by="PMS", room=None)
    samples.minibar(bob, "0012", 1, NOON)
    samples.charge(bob, "1.00", NOON, posted_by_kind="", posted_by="")
    by_room = report(hotel, "revenue", "room", "2026-05-04")
    assert [line.label for line in by_room.lines] == ["201", "202", "no room"]
    by_staff = report(hotel, "revenue", "staff", "2026-05-04")
    assert lines(by_staff, "total") == {
        "clara": (yuan("10.00"),),
        "dora": (yuan("20.00"),),
        "Key PMS": (yuan("40.00"),),
        "Phone 2201": (yuan("8.00"),),
        "not known": (yuan("1.00"),),
    }


def test_who_posts_a_charge_is_kept_with_it(hotel: Property, alice: Stay) -> None:
    charged = posting.charge_other(alice, yuan("5.00"), "Stamps", actor=CLERK)
    posting.reverse(charged, actor=CLERK)
    today = hotel.local_now().date().isoformat()
    found = report(hotel, "revenue", "staff", today)
    assert [line.label for line in found.lines] == ["clara"]
    assert found.total["total"] == 0


def test_calls_by_day_stand_on_the_day_on_which_they_began(hotel: Property, alice: Stay) -> None:
    late = at("2026-05-04 15:59:59")  # 23:59:59
    call = samples.call(alice, late)
    samples.charge(alice, "1.70", late + timedelta(minutes=3), "call", call=call, occurred_at=late)
    samples.call(alice, late, talk_seconds=0, rating="free", rating_detail="")
    samples.call(alice, late, direction="inbound", talk_seconds=600)
    samples.call(alice, late, rating="unrated", rating_detail="No rate covers it.", amount=0)
    samples.call(alice, late + timedelta(seconds=1), talk_seconds=60)
    found = report(hotel, "calls", "day", "2026-05-04", "2026-05-05")
    assert lines(found, "answered", "unanswered", "seconds", "incoming", "unrated", "charged") == {
        "2026-05-04": (2, 1, 240, 1, 1, yuan("1.70")),
        "2026-05-05": (1, 0, 60, 0, 0, 0),
    }


def test_calls_by_destination_have_the_tariffs_description(hotel: Property, alice: Stay) -> None:
    for number, words in enumerate(("National", "National", "Mobile", "")):
        call = samples.call(alice, NOON, rating_detail=words)
        charged = samples.charge(alice, "1.70", NOON, "call", call=call)
        if number == 1:
            samples.reversal(charged, NOON + timedelta(days=9))
    found = report(hotel, "calls", "destination", "2026-05-04")
    assert [line.label for line in found.lines] == ["Mobile", "National", "no tariff applied"]
    assert lines(found, "answered", "charged") == {
        "Mobile": (1, yuan("1.70")),
        "National": (2, yuan("1.70")),  # one of the two is taken back
        "no tariff applied": (1, yuan("1.70")),
    }


def test_minibar_by_product_is_what_was_taken_less_what_was_reversed(
    hotel: Property, alice: Stay
) -> None:
    samples.minibar(alice, "0012", 2, NOON)
    wrong = samples.minibar(alice, "123456789", 1, NOON)
    samples.reversal(wrong, NOON + timedelta(days=1))
    found = report(hotel, "minibar", "product", "2026-05-04")
    assert lines(found, "items", "amount") == {"Water (0012)": (2, yuan("16.00"))}
    assert [line.label for line in found.lines] == ["Cola (123456789)", "Water (0012)"]


@pytest.mark.parametrize("of", SUBJECTS)
def test_another_hotel_and_other_days_count_nothing(
    hotel: Property, alice: Stay, tmp_path: Any, of: str
) -> None:
    other = house.build(tmp_path, code="OTHER")
    bob = house.check_in(other, "Jones")
    for stay, instant in ((bob, NOON), (alice, NOON - timedelta(days=1))):
        samples.call(stay, instant)
        samples.minibar(stay, "0012", 1, instant)
    for by in SUBJECTS[of].by:
        found = report(hotel, of, by, "2026-05-04")
        assert not any(found.total.values()), by


@pytest.mark.parametrize("of", SUBJECTS)
def test_a_report_takes_the_same_few_queries_for_any_number_of_rows(
    hotel: Property,
    alice: Stay,
    of: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(30):
        instant = NOON + timedelta(hours=number)
        samples.call(alice, instant, rating_detail=f"Place {number}")
        samples.minibar(alice, "0012", 1, instant)
    for by in SUBJECTS[of].by:
        with django_assert_max_num_queries(2):
            report(hotel, of, by, "2026-05-04", "2026-05-06")


def test_money_keeps_the_minor_unit_of_the_currency(hotel: Property, alice: Stay) -> None:
    samples.charge(alice, "1.005", now(), tax=Decimal("0.001"))
    today = hotel.local_now().date().isoformat()
    found = report(hotel, "revenue", "day", today)
    assert found.total["total"] == Decimal("1.005")
