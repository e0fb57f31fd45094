"""The chart of a report: bars in proportion, up and down, with lines at round numbers."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from billing.analytics import AnalyticsReport, Column, Line
from frontdesk.charts.analytics import Chart, chart_of

COLUMNS = (Column("a", "Calls", is_bar=True), Column("b", "Minibar", is_bar=True), Column("c", "X"))


def chart(*days: tuple[str, str], unit: str = "CNY") -> Chart | None:
    first = date(2026, 5, 1)
    lines = [
        Line(
            first + timedelta(days=place),
            "",
            {"a": Decimal(one), "b": Decimal(two), "c": Decimal(9999)},
        )
        for place, (one, two) in enumerate(days)
    ]
    return chart_of(AnalyticsReport(COLUMNS, lines, {}), 2, unit)


def test_bars_are_in_proportion_and_stand_on_each_other() -> None:
    drawn = chart(("100", "50"), ("0", "25"))
    assert drawn is not None
    (calls, minibar), (small,) = (bar.pieces for bar in drawn.bars)
    assert calls.height == pytest.approx(2 * minibar.height, abs=0.1)
    assert minibar.height == pytest.approx(2 * small.height, abs=0.1)
    assert calls.y == pytest.approx(minibar.y + minibar.height, abs=0.1)
    assert [calls.place, minibar.place, small.place] == [0, 1, 1]


def test_what_was_taken_back_hangs_below_the_line() -> None:
    drawn = chart(("100", "-50"))
    assert drawn is not None
    (zero,) = (tick for tick in drawn.ticks if tick.is_zero)
    up, down = drawn.bars[0].pieces
    assert up.y + up.height == pytest.approx(zero.y, abs=0.1)
    assert down.y == pytest.approx(zero.y, abs=0.1)


@pytest.mark.parametrize(
    ("most", "lines"),
    [
        ("1234", ["0", "500", "1,000", "1,500"]),
        ("4", ["0", "1", "2", "3", "4"]),
        ("0.07", ["0.00", "0.02", "0.04", "0.06", "0.08"]),
        ("10000000", ["0", "5,000,000", "10,000,000"]),
    ],
)
def test_the_lines_are_at_round_numbers(most: str, lines: list[str]) -> None:
    drawn = chart((most, "0"))
    assert drawn is not None
    assert [tick.words for tick in drawn.ticks] == lines


def test_everything_stays_within_the_drawing() -> None:
    drawn = chart(*[(str(number * 37 % 101), str(-number)) for number in range(366)])
    assert drawn is not None
    for bar in drawn.bars:
        assert drawn.left <= bar.x
        assert bar.x + bar.width <= drawn.width
        for piece in bar.pieces:
            assert piece.y >= 0
            assert piece.y + piece.height <= drawn.bottom + 0.1
    assert sum(bool(bar.date) for bar in drawn.bars) == 5


def test_days_without_anything_make_no_chart() -> None:
    assert chart(("0", "0"), ("0", "0")) is None


def test_numbers_that_are_no_money_have_no_decimals() -> None:
    drawn = chart(("12", "0"), unit="")
    assert drawn is not None
    assert drawn.bars[0].words == "2026-05-01: 12"
    assert drawn.words == "Calls and minibar by day; the most, 12, on 2026-05-01"
