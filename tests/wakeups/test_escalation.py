"""What comes next: the decision table, a row a case, without a database."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import pytest

from tests.house import at
from wakeups.escalation.desk import may_call
from wakeups.escalation.policy import next_step
from wakeups.escalation.steps import (
    Call,
    Case,
    Conclude,
    Ring,
    Rules,
    Snooze,
    Step,
    TakeOver,
    Try,
    Wait,
)

DUE: Final = at("2026-05-04 23:00:00")


def after(seconds: float) -> datetime:
    return DUE + timedelta(seconds=seconds)


# Two rings, five minutes apart; no report is expected 12 minutes after the first.
CASE: Final = Case(
    now=DUE,
    due_at=DUE,
    ends_at=after(720),
    rings_at=DUE,
    last_ring_at=after(300),
    rules=Rules(own_call=True, after=timedelta(seconds=120)),
)
CONFIRM: Final = replace(CASE.rules, confirm=True, can_confirm=True)
SNOOZE: Final = replace(CONFIRM, snoozes=1, snooze_for=timedelta(minutes=10))
NOTHING: Final = replace(CASE.rules, own_call=False)

RANG: Final = Ring(DUE, "no_answer", "It rang.", None, after(30))
RANG_TWICE: Final = (RANG, Ring(after(300), "no_answer", "It rang.", None, after(330)))
UNSEEN: Final = (Ring(DUE, "unknown"), Ring(after(300), "unknown"))
# Half an hour between the two rings of the PBX.
APART: Final = replace(CASE, last_ring_at=after(1800), ends_at=after(3720))
UNHEARD: Final = (Ring(DUE),)
LIFTED: Final = Ring(DUE, "completed", "Lifted.", after(9), after(30))
OURS: Final = Try(after(420), ends_at=after(600))


def ours(result: str, **more: Any) -> Try:
    return replace(OURS, result=result, why=f"Ours: {result}.", ended_at=after(450), **more)


TABLE: Final[dict[str, tuple[Case, float, type[Step], str]]] = {
    "before it is due": (CASE, -60, Wait, ""),
    "it rings": (replace(CASE, rings=(Ring(DUE, "ringing"),)), 5, Wait, ""),
    "answered": (replace(CASE, rings=(LIFTED,)), 30, Conclude, "answered"),
    "not answered, the PBX rings again": (replace(CASE, rings=(RANG,)), 200, Wait, ""),
    "the second time he answers": (
        replace(CASE, rings=(RANG, replace(LIFTED, due_at=after(300)))),
        320,
        Conclude,
        "answered",
    ),
    "the PBX has rung for the last time": (replace(CASE, rings=RANG_TWICE), 419, Wait, ""),
    "… and long enough ago": (replace(CASE, rings=RANG_TWICE), 420, Call, "own_call"),
    "its last ring is not over": (
        replace(CASE, rings=(RANG, Ring(after(300), "ringing"))),
        420,
        Wait,
        "",
    ),
    "reports wait to be looked at": (replace(CASE, rings=RANG_TWICE, behind=True), 430, Wait, ""),
    "… but not for ever": (replace(CASE, rings=RANG_TWICE, behind=True), 481, Call, "own_call"),
    "nothing was heard": (replace(CASE, rings=UNSEEN), 420, Call, "own_call"),
    "nothing was heard, and nothing can be": (
        replace(CASE, rings=UNSEEN, deaf=True),
        420,
        Conclude,
        "unknown",
    ),
    "the link is down when it is due": (replace(APART, rings=UNHEARD, deaf=True), 299, Wait, ""),
    "… and five minutes later: not until the next ring in half an hour": (
        replace(APART, rings=UNHEARD, deaf=True),
        300,
        Conclude,
        "unknown",
    ),
    "the link comes back soon: reports may still come": (
        replace(APART, rings=UNHEARD, hears_since=after(100)),
        129,
        Wait,
        "",
    ),
    "… and if none tells that it rang we call": (
        replace(APART, rings=UNHEARD, hears_since=after(100)),
        130,
        Call,
        "own_call",
    ),
    "the link comes back just before: it may ring yet": (
        replace(APART, rings=UNHEARD, hears_since=after(-20)),
        119,
        Wait,
        "",
    ),
    "the link comes back too late for a call": (
        replace(APART, rings=UNHEARD, hears_since=after(400)),
        401,
        Conclude,
        "unknown",
    ),
    "the link was down before, and is up long enough": (
        replace(APART, rings=UNHEARD, hears_since=after(-61)),
        400,
        Wait,
        "",
    ),
    "the link was down, and the ring was reported all the same": (
        replace(APART, rings=(RANG,), hears_since=after(100)),
        400,
        Wait,
        "",
    ),
    "not answered, and the link is down": (
        replace(CASE, rings=RANG_TWICE, deaf=True),
        420,
        Conclude,
        "no_answer",
    ),
    "the phone is not connected": (
        replace(CASE, rings=UNSEEN, reachable=False),
        420,
        Conclude,
        "unknown",
    ),
    "we come much too late": (replace(CASE, rings=RANG_TWICE), 721, Conclude, "no_answer"),
    "the hotel has no prompt: all reports are waited for": (
        replace(CASE, rules=NOTHING, rings=RANG_TWICE),
        719,
        Wait,
        "",
    ),
    "… and then the desk": (
        replace(CASE, rules=NOTHING, rings=RANG_TWICE),
        720,
        Conclude,
        "no_answer",
    ),
    "the PBX was not told in time: we call at once": (
        replace(CASE, placed=False, rings=(Ring(DUE),)),
        1,
        Call,
        "own_call",
    ),
    "… or alarm the desk": (
        replace(CASE, placed=False, rules=NOTHING, rings=(Ring(DUE),)),
        1,
        Conclude,
        "failed",
    ),
    "… and after our call in vain": (
        replace(CASE, placed=False, tries=(ours("no_answer"),)),
        460,
        Conclude,
        "failed",
    ),
    "it rang all the same": (
        replace(CASE, placed=False, rings=(LIFTED,)),
        60,
        Conclude,
        "answered",
    ),
    "we call": (replace(CASE, rings=RANG_TWICE, tries=(OURS,)), 430, Wait, ""),
    "our call is answered": (
        replace(CASE, rings=RANG_TWICE, tries=(ours("completed"),)),
        460,
        Conclude,
        "answered",
    ),
    "our call is in vain": (
        replace(CASE, rings=RANG_TWICE, tries=(ours("no_answer"),)),
        460,
        Conclude,
        "no_answer",
    ),
    "our call was refused": (
        replace(CASE, rings=UNSEEN, tries=(ours("failed"),)),
        460,
        Conclude,
        "unknown",
    ),
    # --- a key is wanted
    "lifted for the PBX: he is still at the phone": (
        replace(CASE, rules=CONFIRM, rings=(LIFTED,)),
        40,
        Wait,
        "",
    ),
    "… he has hung up": (
        replace(CASE, rules=CONFIRM, rings=(LIFTED,)),
        45,
        Call,
        "confirmation",
    ),
    "… he does not hang up": (
        replace(CASE, rules=CONFIRM, rings=(replace(LIFTED, ended_at=None),)),
        69,
        Call,
        "confirmation",
    ),
    "a key was pressed": (
        replace(CASE, rules=CONFIRM, rings=(LIFTED,), tries=(ours("confirmed"),)),
        460,
        Conclude,
        "confirmed",
    ),
    "no key: once more, after a while": (
        replace(CASE, rules=CONFIRM, rings=(LIFTED,), tries=(ours("no_answer"),)),
        509,
        Wait,
        "",
    ),
    "… now": (
        replace(CASE, rules=CONFIRM, rings=(LIFTED,), tries=(ours("no_answer"),)),
        510,
        Call,
        "confirmation",
    ),
    "no key, as often as we ask": (
        replace(CASE, rules=CONFIRM, rings=(LIFTED,), tries=(ours("no_answer"),) * 2),
        510,
        Conclude,
        "no_answer",
    ),
    "lifted, and no IVR to ask": (
        replace(CASE, rules=replace(CONFIRM, can_confirm=False), rings=(LIFTED,)),
        720,
        Conclude,
        "no_answer",
    ),
    # --- he wants to sleep on
    "he may": (
        replace(CASE, rules=SNOOZE, rings=(LIFTED,), tries=(ours("no_answer", snoozed=True),)),
        460,
        Snooze,
        "",
    ),
    "he sleeps": (
        replace(CASE, rules=SNOOZE, rings=(LIFTED,), snoozes=1, snooze_until=after(1060)),
        900,
        Wait,
        "",
    ),
    "he has slept": (
        replace(CASE, rules=SNOOZE, rings=(LIFTED,), snoozes=1, snooze_until=after(1060)),
        1060,
        Call,
        "confirmation",
    ),
    "once more he may not": (
        replace(
            CASE,
            rules=SNOOZE,
            rings=(LIFTED,),
            snoozes=1,
            snooze_until=after(400),
            tries=(ours("no_answer", snoozed=True),),
        ),
        460,
        Conclude,
        "no_answer",
    ),
    "answered, and a key may still come": (
        replace(
            CASE,
            rules=replace(CASE.rules, snoozes=1),
            tries=(replace(ours("completed"), ended_at=None),),
        ),
        440,
        Wait,
        "",
    ),
    "the answer before he slept on is no answer": (
        replace(
            CASE,
            rules=replace(CASE.rules, snoozes=1),
            rings=(LIFTED,),
            snoozes=1,
            snooze_until=after(400),
            tries=(ours("no_answer"),),
        ),
        460,
        Conclude,
        "no_answer",
    ),
    # --- a person calls
    "a VIP is due": (replace(CASE, by_person=True, rings_at=None), 60, Wait, ""),
    "somebody has called him": (
        replace(CASE, by_person=True, acknowledged=True),
        60,
        Conclude,
        "answered",
    ),
    "nobody has, and the PBX steps in": (
        replace(CASE, by_person=True, rings_at=after(300)),
        300,
        TakeOver,
        "",
    ),
    "nobody ever says so": (
        replace(CASE, by_person=True, rings_at=None),
        3600,
        Conclude,
        "no_answer",
    ),
}


@pytest.mark.parametrize(("case", "second", "kind", "what"), TABLE.values(), ids=TABLE)
def test_the_next_step(case: Case, second: float, kind: type[Step], what: str) -> None:
    step = next_step(replace(case, now=after(second)))
    assert isinstance(step, kind), step
    if isinstance(step, Call):
        assert step.kind == what
    if isinstance(step, Conclude):
        assert step.state == what
        assert step.why


def test_an_alarm_says_all_that_is_known_once() -> None:
    case = replace(CASE, now=after(460), rings=RANG_TWICE, tries=(ours("no_answer"),))
    step = next_step(case)
    assert isinstance(step, Conclude)
    assert step.why == "It rang. Ours: no_answer."


def test_a_short_wait_still_lets_the_last_ring_end() -> None:
    """``fallback_after = 0``: not while the phone may still be ringing."""
    rules = replace(CASE.rules, after=timedelta())
    unknown = replace(CASE, rules=rules, rings=UNSEEN)
    assert isinstance(next_step(replace(unknown, now=after(419))), Wait)
    assert isinstance(next_step(replace(unknown, now=after(420))), Call)
    over = replace(CASE, rules=rules, rings=RANG_TWICE)
    assert isinstance(next_step(replace(over, now=after(331))), Call)


@pytest.mark.parametrize(
    ("second", "called", "goes_on", "repeat", "now"),
    [
        (0, [], False, 120, True),
        (10, [0], True, 120, False),
        (119, [0], False, 120, False),
        (120, [0], False, 120, True),
        (239, [0, 120], False, 120, False),
        (500, [0], False, 0, False),
        (3600, [0], False, 120, True),
        (3601, [0], False, 120, False),
    ],
)
def test_the_desk_is_called_again_and_again_for_an_hour(
    second: float, called: list[float], goes_on: bool, repeat: int, now: bool
) -> None:
    times = [after(each) for each in called]
    assert may_call(after(second), times, goes_on, repeat) is now
