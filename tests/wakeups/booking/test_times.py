"""Times as people write them: several hundred notations, each in several kinds of lines."""

from datetime import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wakeups.booking.room_lists import read_list
from wakeups.booking.times import read_line, read_time, read_times

HOUSE = ["9", "10", "12", "201", "201A", "202", "203", "210", "215", "216", "301", "A-12"]

_ROWS = [
    row.strip()
    for row in Path(__file__).with_name("times.txt").read_text(encoding="utf-8").splitlines()
    if row.strip() and not row.startswith("#")
]
_PAIRS = [tuple(row.split(" => ")) for row in _ROWS if " => " in row]
CERTAIN = [(pair[0], pair[1]) for pair in _PAIRS if pair[1] != "?"]
UNSURE = [pair[0] for pair in _PAIRS if pair[1] == "?"]
OTHERS = [row[1:] for row in _ROWS if row.startswith("|")]

LINES = (
    "201 {}",
    "201\tLi Wei\t{}",
    "201;Smith;{}",
    "Room 201, {}",
    "{} 201 Jones",
    "房间201 王伟 {}",
)


def test_the_table_is_as_long_as_it_is_meant_to_be() -> None:
    assert len(CERTAIN) >= 379
    assert len(UNSURE) >= 121
    assert len(OTHERS) >= 84


@pytest.mark.parametrize(("written", "meant"), CERTAIN)
def test_what_people_write_is_read_in_every_kind_of_line(written: str, meant: str) -> None:
    for line in LINES:
        (found,) = read_list(line.format(written), HOUSE)
        assert (found.room, found.time, found.fault) == ("201", time.fromisoformat(meant), ""), line


@pytest.mark.parametrize(("written", "meant"), CERTAIN)
def test_the_same_is_read_in_a_field(written: str, meant: str) -> None:
    if "46353" in written or "please" in written or written in {"7시에", "7時に", "7時起床"}:
        return  # words of a line
    assert read_time(written) == (time.fromisoformat(meant), "")


@pytest.mark.parametrize("written", UNSURE)
def test_what_is_not_certain_is_a_fault_of_the_line(written: str) -> None:
    for line in ("201 {}", "201\tLi Wei\t{}", "Room 201, {}"):
        (found,) = read_list(line.format(written), HOUSE)
        assert found.fault, line
        assert found.unsure, line


@pytest.mark.parametrize("column", OTHERS)
def test_other_columns_never_become_times(column: str) -> None:
    for line in ("203 {} 06:45", "203\t{}\t06:45", "06:45;203;{}", "203,06:45,{}"):
        (found,) = read_list(line.format(column), HOUSE)
        assert (found.room, found.time, found.fault) == ("203", time(6, 45), ""), line


@pytest.mark.parametrize("column", OTHERS)
def test_other_columns_alone_give_no_time(column: str) -> None:
    """Either the common time applies, or the line is a fault; it never has a time of its own."""
    (found,) = read_list(f"203 {column}", HOUSE)
    if column != "12.50":
        assert found.time is None


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("203 下午3:30", "15:30"),
        ("201 6am", "06:00"),
        ("201 6点", "06:00"),
        ("201 7h", "07:00"),
        ("201 0.2708333333", "06:30"),
    ],
)
def test_the_lines_of_the_issue(line: str, meant: str) -> None:
    (found,) = read_list(line, HOUSE)
    assert (found.time, found.fault) == (time.fromisoformat(meant), "")


@pytest.mark.parametrize(
    "line",
    [
        "201-06:30", "201=06:30", "201: 06:30", "201/06:30", "201 - 06:30", "#201 0630H",
        "Rm201 0630", "请在明早六点半叫醒201房", "201房 明早6:30叫早", "２０１号室　午前６時３０分",
        "201호 내일 오전 6시 30분에 깨워주세요", "Zimmer 201 bitte um halb sieben wecken",
        "201 bitte um 6:30 Uhr wecken, danke", "201 2026-11-28T06:30:00", "201 11月28日早上6点半",
        "201 Nov 28, 2026 6:30 AM", "201 28.11.2026 06:30", "201 Mr. Noon 06:30",
        "201 박지성 6시 30분", "201 Li 13800138000 06:30", "201 06:30 (confirmed)",
        "201 06:30 until 28.11.",
    ],
)  # fmt: skip
def test_whole_sentences(line: str) -> None:
    (found,) = read_list(line, HOUSE)
    assert (found.room, found.time, found.fault) == ("201", time(6, 30), "")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("201 630", "630 may be a time or not: write 06:30 if it is one"),
        ("203 Li 1958", "1958 may be a time or not: write 19:58 if it is one"),
        ("201 3:30 Li PM", "It says PM apart from the time"),
        ("201 none", "It says NONE: take the line out"),
    ],
)
def test_the_fault_says_what_to_do(line: str, words: str) -> None:
    (found,) = read_list(line, HOUSE)
    assert found.fault.startswith(words)


@pytest.mark.parametrize(
    ("written", "midnight"),
    [
        ("midnight", True),
        ("12 midnight", True),
        ("12:00 midnight", True),
        ("Mitternacht", True),
        ("午夜", True),
        ("자정", True),
        ("晚上12点", True),
        ("半夜12点", True),
        ("夜12時", True),
        ("밤 12시", True),
        ("00:00", False),
        ("12am", False),
        ("凌晨12点", False),
        ("午前0時", False),
    ],
)
def test_midnight_is_one_time_between_two_days(written: str, midnight: bool) -> None:
    (found,) = read_list(f"201 {written}", HOUSE)
    assert (found.time, found.fault, found.midnight) == (time(0), "", midnight)


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("201 tomorrow 6am", "tomorrow"),
        ("201 明早6点半", "tomorrow"),
        ("201 明天早上6点", "tomorrow"),
        ("201 morgen früh um 7", "tomorrow"),
        ("201 morgen 7 Uhr", "tomorrow"),
        ("201 내일 아침 6시", "tomorrow"),
        ("201 明日6時", "tomorrow"),
        ("201 today 6am", "today"),
        ("201 今早6点", "today"),
        ("201 今晚8点", "today"),
        ("201 heute 7 Uhr", "today"),
        ("201 오늘 아침 6시", "today"),
        ("201 übermorgen 7 Uhr", "the day after tomorrow"),
        ("201 7 Uhr morgens", ""),
        ("201 am Morgen um 7", ""),
        ("201 Morgenstern 7 Uhr", ""),
    ],
)
def test_a_day_that_is_named_is_kept(line: str, day: str) -> None:
    (found,) = read_list(line, HOUSE)
    assert (found.day, found.fault) == (day, "")


# ---- tables with a first line that names the columns ------------------------------------------

TABLE = "Room\tName\tBorn\tPax\tTime\n"


@pytest.mark.parametrize(
    ("row", "meant"),
    [
        ("203\tLi\t1958\t2\t630", "06:30"),
        ("203\tLi\t1958\t2\t0630", "06:30"),
        ("203\tLi\t1958\t2\t6", "06:00"),
        ("203\tLi\t1958\t2\t1830", "18:30"),
        ("203\tLi\t1958\t2\t0.25", "06:00"),
        ("203\tLi\t1958\t2\t0.2708333333", "06:30"),
        ("203\tLi\t1958\t2\t6:30 PM", "18:30"),
        ("203\tLi\t1958\t12\t六点半", "06:30"),
        ("203\t201\t1958\t2\t06:30", "06:30"),
        ("203\t6:15\t1958\t2\t06:30", "06:30"),
    ],
)
def test_in_a_table_only_the_column_of_times_has_times(row: str, meant: str) -> None:
    _, found = read_list(TABLE + row, HOUSE)
    assert (found.room, found.time, found.fault) == ("203", time.fromisoformat(meant), "")


@pytest.mark.parametrize("cell", ["soon", "25", "1958x", "660", "6:30 or 7", "-", "TBA", "0.27111"])
def test_a_cell_that_is_no_time_is_a_fault(cell: str) -> None:
    _, found = read_list(f"{TABLE}203\tLi\t1958\t2\t{cell}", HOUSE)
    assert found.unsure
    assert found.time is None


def test_an_empty_cell_has_the_common_time() -> None:
    _, found = read_list(f"{TABLE}203\tLi\t1958\t2\t \n", HOUSE)
    assert (found.room, found.time, found.fault) == ("203", None, "")


@pytest.mark.parametrize(
    ("first", "row"),
    [
        ("Room,Name,Time,AM/PM", "203,Li,3:30,PM"),
        ("房号;姓名;叫醒时间", "203;李;下午3:30"),
        ("Zimmer;Name;Weckzeit", "203;Li;15.30 Uhr"),
        ("部屋番号\t名前\t時刻", "203\t佐々木\t午後3時半"),
        ("객실\t이름\t시간", "203\t김\t오후 3시 반"),
        ('"Room","Name","Wake-up time"', '"203","Li, Wei","3:30 pm"'),
    ],
)
def test_tables_of_every_language(first: str, row: str) -> None:
    _, found = read_list(f"{first}\n{row}", HOUSE)
    assert (found.room, found.time, found.fault) == ("203", time(15, 30), "")


def test_a_half_of_the_day_elsewhere_in_the_table_is_asked_about() -> None:
    _, found = read_list("Room,Time,Remark\n203,3:30,leaves 下午", HOUSE)
    assert found.unsure


# ---- properties -------------------------------------------------------------------------------

clocks = st.times().map(lambda each: each.replace(second=0, microsecond=0))


@given(clocks)
def test_each_minute_of_the_clock_is_read_as_it_is_shown(at: time) -> None:
    hour, half = (at.hour - 1) % 12 + 1, "AM" if at.hour < 12 else "PM"
    fraction = (at.hour * 60 + at.minute) / 1440
    for written in (
        f"{at:%H:%M}",
        f"{at:%H:%M:%S}",
        f"{hour}:{at:%M} {half}",
        f"{at.hour}点{at.minute}分",
        f"{at.hour}時{at.minute}分",
        f"{at.hour}시 {at.minute}분",
        f"{at.hour}.{at:%M} Uhr",
        f"{at.hour}h{at:%M}",
        f"{fraction:.10f}",
    ):
        (found,) = read_list(f"203\tLi\t{written}", HOUSE)
        assert (found.room, found.time, found.fault) == ("203", at, ""), written


@given(st.integers(0, 99), st.integers(0, 99))
def test_no_clock_shows_what_is_no_time(hour: int, minute: int) -> None:
    (found,) = read_list(f"203 {hour:02}:{minute:02}", HOUSE)
    if hour < 24 and minute < 60:
        assert found.time == time(hour, minute)
    else:
        assert (found.time, found.unsure) == (None, True)


@given(st.text(max_size=60))
def test_whatever_is_pasted_nothing_raises_and_a_time_comes_without_a_fault_or_not_at_all(
    text: str,
) -> None:
    for line in read_list(f"203 {text}", HOUSE):
        assert line.room in {*HOUSE, ""}
        assert not line.unsure or line.fault
    read_times(text)
    read_line(text)


@given(st.text("0123456789:.,;/- 点半时時分上下午前後오전후시APMapmhU\t", max_size=24))
def test_what_looks_like_times_raises_nothing(text: str) -> None:
    read_list(f"203 {text}\n{text} 203", HOUSE)
    read_times(text)


@given(st.integers(1, 9999))
def test_a_number_alone_is_no_time_without_a_doubt(number: int) -> None:
    (found,) = read_list(f"203 {number}", HOUSE)
    assert found.time is None or f"{number:04}" == str(number)
    assert found.time is None
