"""The small Asterisk does with the plan of before what a real one was seen to do with it."""

from pathlib import Path
from typing import Final

import pytest

from tests.rooms.dial_plan.asterisk import NEVER, Call
from tests.rooms.dial_plan.parsed import Plan

BEFORE: Final = Plan((Path(__file__).parent / "plans" / "before.conf").read_text(encoding="utf-8"))


def keyed(code: str, keys: str, hangs_up_at: float = NEVER, pause: float = 0.25) -> list[str]:
    pressed = [(1 + pause * number, key) for number, key in enumerate(keys)]
    return Call(BEFORE, pressed, hangs_up_at=hangs_up_at).dial(code).infos


@pytest.mark.parametrize(
    ("code", "keys", "hangs_up_at", "told"),
    [
        ("777", "*01", 6.0, []),
        ("777", "*01", 7.5, ["777*01"]),
        ("777", "*01#", NEVER, []),
        ("777", "*01*02", NEVER, ["777*01*02"]),
        ("777", "*09", NEVER, []),
        ("778", "0042#2#1", NEVER, []),
    ],
)
def test_what_a_real_one_did(code: str, keys: str, hangs_up_at: float, told: list[str]) -> None:
    assert keyed(code, keys, hangs_up_at) == told


def test_who_waits_for_every_prompt_sold_even_nothing() -> None:
    """Quantity 0, keyed slowly: told."""
    pressed = [(6.0, "4"), (6.5, "2"), (7.0, "#"), (14.0, "0"), (14.5, "#"), (24.0, "1")]
    assert Call(BEFORE, pressed).dial("778").infos == ["778*42*0"]


def test_keys_during_a_playback_are_lost_and_before_a_read_kept() -> None:
    plan = Plan(
        "[Local_Default_CallingRules]\n"
        "exten = 1,1,Answer()\n"
        "same = n,Read(first,,1,,1,5)\n"
        "same = n,Playback(cleaned)\n"
        "same = n,Read(then,,1,,1,5)\n"
        "same = n,UserEvent(DtmfEndString,Info: ${first}${then})\n"
        "exten = h,1,UserEvent(DtmfEndString,Info: gone)\n"
    )
    call = Call(plan, [(0.1, "1"), (1.0, "2"), (3.0, "3")])
    assert call.dial("1").infos == ["13", "gone"]
    assert Call(plan, [(0.1, "1")], hangs_up_at=1).dial("1").infos == ["gone"]
