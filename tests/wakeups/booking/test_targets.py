"""Parsing room selections and pasted lists."""

from datetime import time

import pytest

from rooms.natural_order import natural_key
from wakeups.booking.room_lists import read_list
from wakeups.booking.targets import choose_rooms
from wakeups.booking.times import read_times

HOUSE = ["9", "10", "12", "201", "201A", "202", "203", "210", "215", "216", "301", "A-12"]


@pytest.mark.parametrize(
    ("text", "rooms"),
    [
        ("201", ["201"]),
        ("203, 201", ["201", "203"]),
        ("201-203", ["201", "201A", "202", "203"]),
        ("201 - 203", ["201", "201A", "202", "203"]),
        ("201A-203", ["201A", "202", "203"]),
        ("9-12", ["9", "10", "12"]),
        ("201-215, 301", ["201", "201A", "202", "203", "210", "215", "301"]),
        ("201–202; 301", ["201", "201A", "202", "301"]),
        ("201 to 202", ["201", "201A", "202"]),
        ("rooms 201 and 203", ["201", "203"]),
        ("２０１－２０２，３０１、a-12", ["201", "201A", "202", "301", "A-12"]),
        ("201, 201", ["201"]),
        ("", []),
    ],
)
def test_rooms_are_chosen_in_their_natural_order(text: str, rooms: list[str]) -> None:
    chosen = choose_rooms(text, HOUSE)
    assert list(chosen.rooms) == rooms
    assert chosen.faults == ()


@pytest.mark.parametrize(
    ("text", "rooms"),
    [
        ("Room 201, Rm. 202, No 203, nr.210, #215", ["201", "202", "203", "210", "215"]),
        ("RM201 ROOM202 no.203", ["201", "202", "203"]),
        ("201号房、202室、房间203", ["201", "202", "203"]),
        ("201号室 202호", ["201", "202"]),
        ("Zimmer 201 bis 203", ["201", "201A", "202", "203"]),
        ("Room A-12", ["A-12"]),
    ],
)
def test_words_for_rooms_are_left_out(text: str, rooms: list[str]) -> None:
    chosen = choose_rooms(text, HOUSE)
    assert (list(chosen.rooms), list(chosen.faults)) == (rooms, [])


def test_a_room_may_be_called_like_a_word_for_rooms_or_begin_with_one() -> None:
    house = ["NO 5", "Nordic", "Room1", "Zi", "201"]
    assert choose_rooms("Nordic, no 5; Room1, zi", house).rooms == ("NO 5", "Nordic", "Room1", "Zi")


@pytest.mark.parametrize(
    ("line", "room"),
    [
        ("Nordic, 201 06:30", "201"),
        ("201 Noah No 06:30", "201"),
        ("R2D2 201 06:30", "201"),
        ("201 Smith2 06:30", "201"),
        ("201\tRoomey\t06:30", "201"),
    ],
)
def test_names_are_no_rooms(line: str, room: str) -> None:
    (found,) = read_list(line, HOUSE)
    assert (found.room, found.fault) == (room, "")


@pytest.mark.parametrize(
    ("text", "rooms", "fault"),
    [
        ("999", [], "There is no room 999."),
        ("201, 999", ["201"], "There is no room 999."),
        ("201-299", [], "201-299: there is no room 299."),
        ("1-2", [], "1-2: there is no room 1 and no room 2."),
        ("215-201", [], "215-201 runs backwards: write 201-215."),
        ("everybody", [], "There is no room EVERYBODY."),
        # Words for rooms are whole words: they are not cut out of names.
        ("Nordic, 201", ["201"], "There is no room NORDIC."),
        ("Noah 201", ["201"], "There is no room NOAH."),
        ("Zita, Nr. 202", ["202"], "There is no room ZITA."),
        ("Mushroom; room 202", ["202"], "There is no room MUSHROOM."),
        ("房祖名, 201", ["201"], "There is no room 房祖名."),
    ],
)
def test_what_is_no_room_is_named_and_the_others_stay(
    text: str, rooms: list[str], fault: str
) -> None:
    chosen = choose_rooms(text, HOUSE)
    assert (list(chosen.rooms), list(chosen.faults)) == (rooms, [fault])


def test_numbers_sort_as_people_count() -> None:
    assert sorted(["10", "9", "201A", "201", "B2", "B10", "202"], key=natural_key) == [
        "9", "10", "201", "201A", "202", "B2", "B10",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "room", "at"),
    [
        ("201 06:30", "201", "06:30"),
        ("Room 203, 6:45", "203", "06:45"),
        ("202\tMr Smith\t6.15", "202", "06:15"),
        ("203，王伟，０６：３０", "203", "06:30"),
        ("6:30 — 201 — Jones", "201", "06:30"),
        ("210 Li 06:30 AM", "210", "06:30"),
        ("301 Jones 7:10 p.m.", "301", "19:10"),
        ("301 midnight show 12:05 am", "301", "00:05"),
        ("No. 215: 0630", "215", "06:30"),
        ("Zimmer 12 7h05", "12", "07:05"),
        ("301号房 6点45分", "301", "06:45"),
        ("房间：202，06:00", "202", "06:00"),
        ("a-12 | Bob | 05:05", "A-12", "05:05"),
        ("1\t#301\t2 pax\t07:00:00", "301", "07:00"),
        ("201a, Party of 4, 08:15", "201A", "08:15"),
        ("Room 10 (formerly 12) 08:15", "10", "08:15"),
    ],
)
def test_a_line_is_read_whatever_its_columns(line: str, room: str, at: str) -> None:
    (found,) = read_list(line, HOUSE)
    assert (found.room, found.time, found.fault) == (room, time.fromisoformat(at), "")


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("999 06:30", "There is no room 999."),
        ("Room\tName\tTime", "It names no room."),
        ("Smith 06:30", "It names no room."),
        ("201 202 06:30", "It names the rooms 201 and 202: write one line for each."),
        ("201 06:30 07:00", "It has the times 06:30 and 07:00: write one line for each."),
        ("201 25:10", "25:10 is not a time of day."),
        ("201 6:3", "6:3 is not a time of day."),
    ],
)
def test_the_fault_of_a_line_is_named(line: str, fault: str) -> None:
    (found,) = read_list(line, HOUSE)
    assert found.fault == fault


def test_lines_are_counted_and_repetitions_told() -> None:
    lines = read_list("201 06:30\n\n202\n201 6:30\n201 7:30\n", HOUSE)
    assert [(line.number, line.room, line.fault) for line in lines] == [
        (1, "201", ""),
        (3, "202", ""),
        (4, "201", "As line 1."),
        (5, "201", ""),
    ]
    assert lines[1].time is None


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("06:30", ["06:30"]),
        ("7:15, 6:30", ["06:30", "07:15"]),
        ("6：30，7：15", ["06:30", "07:15"]),
        ("0630 ", ["06:30"]),
        ("6:30 am, 12:10 pm", ["06:30", "12:10"]),
        ("", []),
    ],
)
def test_several_times_are_read_in_order(text: str, times: list[str]) -> None:
    assert read_times(text) == (tuple(map(time.fromisoformat, times)), "")


@pytest.mark.parametrize("text", ["7", "soon", "06:30 or so", "24:00", "06:60"])
def test_what_is_no_time_is_named(text: str) -> None:
    times, fault = read_times(text)
    assert times == ()
    assert text in fault.lower()
