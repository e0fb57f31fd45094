"""What housekeepers do with the plan, key by key, and what the hotel hears of it."""

from typing import Final

import pytest

from tests.rooms.dial_plan.asterisk import NEVER, Call
from tests.rooms.dial_plan.test_table import TABLES, by_the_table, oracle, plan

# "~": six seconds without a key.
CORPUS: Final = [
    ("777", "", keys)
    for keys in (
        "~~~~", "*01", "01", "1#", "*3*02#", "**01", "*0*01", "*~", "*0~", "*0#*01", "*9*01", "*95",
        "*A1",
    )
] + [
    ("777", "3", keys)
    for keys in ("*01123", "*0112~*00~~", "*011*02#", "*01*02", "*01##", "*3~123*3~~", "*01")
] + [
    ("777", "1", "*17"),
    ("777", "1", "4*1*2#"),
    ("777", "#", "*0112#"),
    ("777", "#", "*0112345678"),
] + [
    ("778", "", keys)
    for keys in (
        "~~~~", "0042#2#1", "0042~2~1", "123456789121", "0042*0042#*5#2*0042#2#*0042#12*",
        "5#0#2#1", "5#00121", "5#~~~~", "5#2#~~~~", "5#2#71", "*0042*2", "*0042*2#", "*0042*12~",
        "*0042*0#1#1", "*0042*0*5*1", "*0042*5*6*7", "*0042*100", "**0042*2", "*#", "*0042#2#1",
        "*1234567890", "*5*#1#1", "*5**6*1", "5#1#1*5*1",
    )
]  # fmt: skip


def pressed(keys: str) -> list[tuple[float, str]]:
    now, timed = 0.2, []
    for key in keys:
        now += 6.0 if key == "~" else 0.25
        if key != "~":
            timed.append((now, key))
    return timed


def test_the_corpus_walks_every_row_of_both_tables() -> None:
    walked = set()
    for code, staff_number, keys in CORPUS:
        machine = oracle(code, staff_number)
        for key in keys:
            machine.feed(key.replace("~", ""))
        walked |= machine.walked
    assert walked == {*TABLES["Housekeeping"], *TABLES["Minibar"]}


@pytest.mark.parametrize(("code", "staff_number", "keys"), CORPUS)
@pytest.mark.parametrize("missing", [frozenset(), frozenset({"roomstatus", "product_num"})])
def test_every_row_is_in_the_text(
    code: str, staff_number: str, keys: str, missing: frozenset[str]
) -> None:
    call = Call(plan(staff_number), pressed(keys), missing=missing).dial(code)
    assert call.infos == by_the_table(code, staff_number, call.taken)


@pytest.mark.parametrize(
    ("code", "keys", "told"),
    [
        ("777", "*01", ["777*01"]),
        ("777", "*01#", ["777*01"]),
        ("777", "*01*02", ["777*01", "777*02"]),
        ("777", "*01#*02", ["777*01", "777*02"]),
        ("777", "*01*02*01*01", ["777*01", "777*02", "777*01#", "777*01##"]),
        ("777", "*09", ["777*09"]),
        ("777", "*09*01", ["777*09", "777*01"]),
        ("777", "*0*01", ["777*0", "777*01"]),
        ("777", "01", ["77701"]),
        ("777", "*0", []),
        ("778", "0042#2#1", ["778*0042*2"]),
        ("778", "1234567892#1", ["778*123456789*2"]),
        ("778", "0042#2#10043#12#1", ["778*0042*2", "778*0043*12"]),
        ("778", "0042#2#*0042#3#1", ["778*0042*3"]),
        ("778", "0042#2#10042#2#1", ["778*0042*2", "778*0042*2#"]),
        ("778", "0042#2#", []),
        ("778", "0042#0#1#1", ["778*0042*0", "778*0042*1"]),
        ("778", "*0042*2", ["778*0042*2"]),
        ("778", "*0042*2*0043*1", ["778*0042*2", "778*0043*1"]),
    ],
)
def test_keys_every_250_ms_and_hung_up_at_once(code: str, keys: str, told: list[str]) -> None:
    timed = pressed(keys)
    call = Call(plan(), timed, hangs_up_at=timed[-1][0] + 0.1).dial(code)
    assert call.infos == told


@pytest.mark.parametrize(
    ("staff_number", "keys", "told"),
    [
        ("2", "*0112", ["777*01*12"]),
        ("2", "*0112*0233", ["777*01*12", "777*02*33"]),
        ("2", "*01", ["777*01"]),
        ("2", "*011", ["777*01"]),
        ("2", "*01*02", ["777*01", "777*02"]),
        ("#", "*01123#", ["777*01*123"]),
        ("#", "*01123", ["777*01"]),
    ],
)
def test_a_staff_number_is_asked_for_where_it_is_wanted(
    staff_number: str, keys: str, told: list[str]
) -> None:
    timed = pressed(keys)
    call = Call(plan(staff_number), timed, hangs_up_at=timed[-1][0] + 0.1).dial("777")
    assert call.infos == told


@pytest.mark.parametrize(
    ("dialled", "told"),
    [
        ("777*01", ["777*01"]),
        ("777*01*02", ["777*01", "777*02"]),
        ("778*0042*2", ["778*0042*2"]),
        ("778*0042*12", ["778*0042*12"]),
        ("778*0042*100", ["778*0042*100"]),
        ("777*01;,Channel: x", ["777*01"]),
    ],
)
def test_a_phone_may_dial_it_as_one_number(dialled: str, told: list[str]) -> None:
    assert Call(plan(), hangs_up_at=1).dial(dialled).infos == told


@pytest.mark.parametrize(
    ("keys", "told"), [("777*01", ["777*01"]), ("7780042#2#1", ["778*0042*2"])]
)
def test_an_analog_phone_dials_key_by_key_and_nothing_waits(keys: str, told: list[str]) -> None:
    timed = pressed(keys)
    call = Call(plan(), timed, hangs_up_at=timed[-1][0] + 0.1).dial_key_by_key()
    assert call.infos == told
    alone = Call(plan(), pressed("777")).dial_key_by_key()
    assert alone.infos == []
    assert alone.first_application_at == pressed("777")[-1][0]


@pytest.mark.parametrize(
    ("code", "keys", "spoken"),
    [
        ("777", "*01", "cleaned"),
        ("777", "*00", "uncleaned"),
        ("777", "*02", "success"),
        ("777", "*09", "pbx-invalid"),
        ("777", "01", "pbx-invalid"),
        ("778", "0042#0#", "pbx-invalid"),
        ("778", "0042#2#7", "pbx-invalid"),
        ("778", "0042#2#1", "success"),
        ("778", "0042#2#", "product_idc"),
    ],
)
def test_every_entry_is_spoken_to(code: str, keys: str, spoken: str) -> None:
    call = Call(plan(), pressed(keys), hangs_up_at=NEVER).dial(code)
    last = pressed(keys)[-1][0]
    assert spoken in [prompt for second, prompt in call.played if second >= last]


def test_product_and_quantity_are_read_back_digit_by_digit() -> None:
    call = Call(plan(), pressed("0042#12")).dial("778")
    heard = [prompt for _, prompt in call.played]
    start = heard.index("product_idc")
    assert heard[start : start + 9] == [
        "product_idc", "digits/0", "digits/0", "digits/4", "digits/2",
        "product_numc", "digits/1", "digits/2", "confirm",
    ]  # fmt: skip
