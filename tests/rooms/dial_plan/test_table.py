"""The generated text does what the tables of the page say, whenever keys and hang-ups come."""

from functools import cache
from typing import Final
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rooms.dial_plan.table import HOUSEKEEPING, MINIBAR
from rooms.dial_plan.text import dial_plan
from rooms.models import Property
from tests.rooms.dial_plan.asterisk import ANSWERING, NEVER, Call
from tests.rooms.dial_plan.oracle import Oracle, tables
from tests.rooms.dial_plan.parsed import Plan

TABLES: Final = tables()
STATUSES: Final = {"*00": "dirty", "*01": "clean", "*02": "inspected", "*3": "pickup"}
PROMPTS: Final = (
    "roomstatus", "pbx-invalid", "cleaned", "success", "staff_number", "product_id",
    "product_num", "product_idc", "confirm", "digits/2",
)  # fmt: skip

staff_numbers = st.sampled_from(["", "1", "3", "#"])
gaps = st.sampled_from([0.0, 0.05, 0.25, 0.25, 0.25, 1.0, 4.9, 5.1, 7.5, 30.0])
missing_prompts = st.frozensets(st.sampled_from(PROMPTS), max_size=4)

# What housekeepers key, in pieces, so that whole entries are frequent.
status_keys = st.lists(
    st.sampled_from(["*01", "*02", "*00", "*3", "*0", "*09", "01", "#", "*", "12", "9", "A"]),
    max_size=7,
).map("".join)
minibar_keys = st.lists(
    st.sampled_from(
        ["0042#", "123456789", "2#", "0#", "00", "12", "1", "*", "#", "*0042*2", "5", "*9*100#"]
    ),
    max_size=8,
).map("".join)


# Wherever a staff number of one digit is wanted, the statuses are short, too.
SHORT: Final = {"*1": "clean", "*2": "dirty"}


@cache
def plan(staff_number: str = "") -> Plan:
    hotel = Property(
        code="GRAND",
        name="Grand",
        housekeeping_statuses=statuses_of(staff_number),
        staff_number=staff_number,
    )
    with patch("rooms.dial_plan.text.dialled_in_one_go", return_value=True):
        return Plan(dial_plan(hotel))


def oracle(code: str, staff_number: str = "") -> Oracle:
    heading = "Housekeeping" if code == "777" else "Minibar"
    return Oracle(TABLES[heading], code, statuses_of(staff_number), staff_number)


def statuses_of(staff_number: str) -> dict[str, str]:
    return SHORT if staff_number == "1" else STATUSES


def timed(keys: str, pauses: list[float]) -> list[tuple[float, str]]:
    """The keys with the pauses between them, over and over."""
    now, timed_keys = 0.0, []
    for number, key in enumerate(keys):
        now += pauses[number % len(pauses)]
        timed_keys.append((now, key))
    return timed_keys


def by_the_table(code: str, staff_number: str, taken: list[str]) -> list[str]:
    expected = oracle(code, staff_number)
    for key in taken:
        expected.feed(key)
    return expected.hang_up()


def as_the_hotel_counts(told: list[str]) -> list[str]:
    """The same once more at the end of the call is taken for a repetition (docs/inbox.md)."""
    return told[:-1] if len(told) > 1 and told[-1] == told[-2] else told


def test_the_page_has_the_rows_that_the_text_is_written_after() -> None:
    assert [tuple(line) for line in TABLES["Housekeeping"]] == [tuple(row) for row in HOUSEKEEPING]
    assert [tuple(line) for line in TABLES["Minibar"]] == [tuple(row) for row in MINIBAR]


@pytest.mark.parametrize("rows", [HOUSEKEEPING, MINIBAR])
def test_in_every_state_every_key_leads_somewhere(rows: tuple[tuple[str, ...], ...]) -> None:
    states = {row[0] for row in rows}
    assert {row[5] for row in rows} <= states | {"hang up"}
    groups: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        groups.setdefault((row[0], row[1]), []).append(row[2])
    assert groups.keys() == {
        (state, key) for state in states for key in ("`*`", "digit", "`#` or nothing")
    }
    assert all(whens[-1] == "" and "" not in whens[:-1] for whens in groups.values())


@given(
    code_and_keys=st.one_of(
        st.tuples(st.just("777"), status_keys), st.tuples(st.just("778"), minibar_keys)
    ),
    staff_number=staff_numbers,
    pauses=st.lists(gaps, min_size=1, max_size=6),
    hangs_up_at=st.one_of(st.just(NEVER), st.floats(0, 60)),
    missing=missing_prompts,
)
@example(("777", "*01*02"), "", [0.25], NEVER, frozenset())
@example(("778", "0042#2#1"), "", [0.25], NEVER, frozenset())
def test_whenever_keys_come_it_does_what_the_table_says(
    code_and_keys: tuple[str, str],
    staff_number: str,
    pauses: list[float],
    hangs_up_at: float,
    missing: frozenset[str],
) -> None:
    code, keys = code_and_keys
    pressed = timed(keys, pauses)
    call = Call(plan(staff_number), pressed, hangs_up_at=hangs_up_at, missing=missing).dial(code)
    assert call.infos == by_the_table(code, staff_number, call.taken)
    heard = "".join(call.taken)
    in_time = "".join(key for second, key in pressed if ANSWERING <= hangs_up_at >= second)
    assert in_time.replace("#", "").startswith(heard)
    if call.put_down:
        assert heard == in_time.replace("#", ""), "a key was lost"


@given(
    code_and_keys=st.one_of(
        st.tuples(st.just("777"), status_keys), st.tuples(st.just("778"), minibar_keys)
    ),
    staff_number=staff_numbers,
    pauses=st.lists(gaps, min_size=1, max_size=3),
    hangs_up_after=st.integers(1, 300),
)
def test_a_hang_up_between_any_two_steps_neither_loses_nor_doubles(
    code_and_keys: tuple[str, str], staff_number: str, pauses: list[float], hangs_up_after: int
) -> None:
    """A key that came in that very instant counts or does not."""
    code, keys = code_and_keys
    call = Call(plan(staff_number), timed(keys, pauses), hangs_up_after=hangs_up_after).dial(code)
    with_it = by_the_table(code, staff_number, call.taken)
    without = by_the_table(code, staff_number, call.taken[:-1])
    possible = (with_it, without)
    assert call.infos in possible or as_the_hotel_counts(call.infos) in possible


@given(tail=st.one_of(status_keys, minibar_keys).filter(bool), staff_number=staff_numbers)
def test_dialled_in_one_go_it_is_as_if_keyed_and_ended(tail: str, staff_number: str) -> None:
    for code in ("777", "778"):
        call = Call(plan(staff_number)).dial(f"{code}{tail}")
        assert call.infos == by_the_table(code, staff_number, call.taken)
        keys = tail.replace("A", "")
        taken = "".join(call.taken)
        assert f"{keys}#".startswith(taken)
        assert taken == f"{keys}#" or keys.count("#") >= 4, "a key was lost"


@given(keys=status_keys, staff_number=staff_numbers, pauses=st.lists(gaps, min_size=1, max_size=3))
def test_a_status_is_told_in_the_very_moment_of_its_last_key(
    keys: str, staff_number: str, pauses: list[float]
) -> None:
    pressed = timed(keys, pauses)
    call = Call(plan(""), pressed).dial("777")
    for second, info in call.told:
        if info.removeprefix("777") in STATUSES:
            assert second in {max(when, 0.3) for when, _ in pressed}


@given(code=st.sampled_from(["777", "778"]), missing=missing_prompts)
def test_whoever_says_nothing_is_hung_up_on_in_time(code: str, missing: frozenset[str]) -> None:
    call = Call(plan(), missing=missing).dial(code)
    assert (call.infos, call.now < 30) == ([], True)
    assert call.now > 9, "a missing prompt must not end the call"
