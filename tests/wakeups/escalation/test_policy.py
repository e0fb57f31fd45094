"""The decision table of the next step, row by row, without a database."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import pytest

from tests.house import at
from wakeups.escalation.desk import is_call_due
from wakeups.escalation.policy import next_step
from wakeups.escalation.steps import (
    CallGuest,
    Conclude,
    GuestCall,
    HandOverToPbx,
    PbxRing,
    Rules,
    Situation,
    Snooze,
    Step,
    Wait,
)

DUE: Final = at("2026-05-04 23:00:00")


def after(seconds: float) -> datetime:
    return DUE + timedelta(seconds=seconds)


# Two rings, five minutes apart; no report is expected 12 minutes after the first.
CASE: Final = Situation(
    now=DUE,
    due_at=DUE,
    ends_at=after(720),
    rings_at=DUE,
    last_ring_at=after(300),
    rules=Rules(own_call=True, fallback_after=timedelta(seconds=120)),
)
CONFIRM: Final = replace(CASE.rules, confirm=True, can_confirm=True)
SNOOZE: Final = replace(CONFIRM, snoozes=1, snooze_for=timedelta(minutes=10))
NOTHING: Final = replace(CASE.rules, own_call=False)

RANG: Final = PbxRing(DUE, "no_answer", "It rang.", None, after(30))
RANG_TWICE: Final = (RANG, PbxRing(after(300), "no_answer", "It rang.", None, after(330)))
UNSEEN: Final = (PbxRing(DUE, "unknown"), PbxRing(after(300), "unknown"))
# Half an hour between the two rings of the PBX.
APART: Final = replace(CASE, last_ring_at=after(1800), ends_at=after(3720))
UNHEARD: Final = (PbxRing(DUE),)
LIFTED: Final = PbxRing(DUE, "completed", "Lifted.", after(9), after(30))
OUTGOING: Final = GuestCall(after(420), ends_at=after(600))


def ours(result: str, **more: Any) -> GuestCall:
    return replace(OUTGOING, result=result, why=f"Ours: {result}.", ended_at=after(450), **more)


TABLE: Final[dict[str, tuple[Situation, float, type[Step], str]]] = {
    "before it is due": (CASE, -60, Wait, ""),
    "it rings": (replace(CASE, pbx_rings=(PbxRing(DUE, "ringing"),)), 5, Wait, ""),
    "answered": (replace(CASE, pbx_rings=(LIFTED,)), 30, Conclude, "answered"),
    "not answered, the PBX rings again": (replace(CASE, pbx_rings=(RANG,)), 200, Wait, ""),
    "the second time he answers": (
        replace(CASE, pbx_rings=(RANG, replace(LIFTED, due_at=after(300)))),
        320,
        Conclude,
        "answered",
    ),
    "the PBX has rung for the last time": (replace(CASE, pbx_rings=RANG_TWICE), 419, Wait, ""),
    "… and long enough ago": (replace(CASE, pbx_rings=RANG_TWICE), 420, CallGuest, "own_call"),
    "its last ring is not over": (
        replace(CASE, pbx_rings=(RANG, PbxRing(after(300), "ringing"))),
        420,
        Wait,
        "",
    ),
    "reports wait to be looked at": (
        replace(CASE, pbx_rings=RANG_TWICE, backlog_pending=True),
        430,
        Wait,
        "",
    ),
    "… but not for ever": (
        replace(CASE, pbx_rings=RANG_TWICE, backlog_pending=True),
        481,
        CallGuest,
        "own_call",
    ),
    "nothing was heard": (replace(CASE, pbx_rings=UNSEEN), 420, CallGuest, "own_call"),
    "nothing was heard, and nothing can be": (
        replace(CASE, pbx_rings=UNSEEN, reports_unavailable=True),
        420,
        Conclude,
        "unknown",
    ),
    "the link is down when it is due": (
        replace(APART, pbx_rings=UNHEARD, reports_unavailable=True),
        299,
        Wait,
        "",
    ),
    "… and five minutes later: not until the next ring in half an hour": (
        replace(APART, pbx_rings=UNHEARD, reports_unavailable=True),
        300,
        Conclude,
        "unknown",
    ),
    "the link comes back soon: reports may still come": (
        replace(APART, pbx_rings=UNHEARD, connected_since=after(100)),
        129,
        Wait,
        "",
    ),
    "… and if none tells that it rang we call": (
        replace(APART, pbx_rings=UNHEARD, connected_since=after(100)),
        130,
        CallGuest,
        "own_call",
    ),
    "the link comes back just before: it may ring yet": (
        replace(APART, pbx_rings=UNHEARD, connected_since=after(-20)),
        119,
        Wait,
        "",
    ),
    "the link comes back too late for a call": (
        replace(APART, pbx_rings=UNHEARD, connected_since=after(400)),
        401,
        Conclude,
        "unknown",
    ),
    "the link was down before, and is up long enough": (
        replace(APART, pbx_rings=UNHEARD, connected_since=after(-61)),
        400,
        Wait,
        "",
    ),
    "the link was down, and the ring was reported all the same": (
        replace(APART, pbx_rings=(RANG,), connected_since=after(100)),
        400,
        Wait,
        "",
    ),
    "not answered, and the link is down": (
        replace(CASE, pbx_rings=RANG_TWICE, reports_unavailable=True),
        420,
        Conclude,
        "no_answer",
    ),
    "the phone is not connected": (
        replace(CASE, pbx_rings=UNSEEN, reachable=False),
        420,
        Conclude,
        "unknown",
    ),
    "we come much too late": (replace(CASE, pbx_rings=RANG_TWICE), 721, Conclude, "no_answer"),
    "the hotel has no prompt: all reports are waited for": (
        replace(CASE, rules=NOTHING, pbx_rings=RANG_TWICE),
        719,
        Wait,
        "",
    ),
    "… and then the desk": (
        replace(CASE, rules=NOTHING, pbx_rings=RANG_TWICE),
        720,
        Conclude,
        "no_answer",
    ),
    "the PBX was not told in time: we call at once": (
        replace(CASE, placed=False, pbx_rings=(PbxRing(DUE),)),
        1,
        CallGuest,
        "own_call",
    ),
    "… or alarm the desk": (
        replace(CASE, placed=False, rules=NOTHING, pbx_rings=(PbxRing(DUE),)),
        1,
        Conclude,
        "failed",
    ),
    "… and after our call in vain": (
        replace(CASE, placed=False, guest_calls=(ours("no_answer"),)),
        460,
        Conclude,
        "failed",
    ),
    "it rang all the same": (
        replace(CASE, placed=False, pbx_rings=(LIFTED,)),
        60,
        Conclude,
        "answered",
    ),
    "we call": (replace(CASE, pbx_rings=RANG_TWICE, guest_calls=(OUTGOING,)), 430, Wait, ""),
    "our call is answered": (
        replace(CASE, pbx_rings=RANG_TWICE, guest_calls=(ours("completed"),)),
        460,
        Conclude,
        "answered",
    ),
    "our call is in vain": (
        replace(CASE, pbx_rings=RANG_TWICE, guest_calls=(ours("no_answer"),)),
        460,
        Conclude,
        "no_answer",
    ),
    "our call was refused": (
        replace(CASE, pbx_rings=UNSEEN, guest_calls=(ours("failed"),)),
        460,
        Conclude,
        "unknown",
    ),
    # --- a key is wanted
    "lifted for the PBX: he is still at the phone": (
        replace(CASE, rules=CONFIRM, pbx_rings=(LIFTED,)),
        40,
        Wait,
        "",
    ),
    "… he has hung up": (
        replace(CASE, rules=CONFIRM, pbx_rings=(LIFTED,)),
        45,
        CallGuest,
        "confirmation",
    ),
    "… he does not hang up": (
        replace(CASE, rules=CONFIRM, pbx_rings=(replace(LIFTED, ended_at=None),)),
        69,
        CallGuest,
        "confirmation",
    ),
    "a key was pressed": (
        replace(CASE, rules=CONFIRM, pbx_rings=(LIFTED,), guest_calls=(ours("confirmed"),)),
        460,
        Conclude,
        "confirmed",
    ),
    "no key: once more, after a while": (
        replace(CASE, rules=CONFIRM, pbx_rings=(LIFTED,), guest_calls=(ours("no_answer"),)),
        509,
        Wait,
        "",
    ),
    "… now": (
        replace(CASE, rules=CONFIRM, pbx_rings=(LIFTED,), guest_calls=(ours("no_answer"),)),
        510,
        CallGuest,
        "confirmation",
    ),
    "no key, as often as we ask": (
        replace(CASE, rules=CONFIRM, pbx_rings=(LIFTED,), guest_calls=(ours("no_answer"),) * 2),
        510,
        Conclude,
        "no_answer",
    ),
    "lifted, and no IVR to ask": (
        replace(CASE, rules=replace(CONFIRM, can_confirm=False), pbx_rings=(LIFTED,)),
        720,
        Conclude,
        "no_answer",
    ),
    # --- snooze
    "he may": (
        replace(
            CASE, rules=SNOOZE, pbx_rings=(LIFTED,), guest_calls=(ours("no_answer", snoozed=True),)
        ),
        460,
        Snooze,
        "",
    ),
    "he sleeps": (
        replace(CASE, rules=SNOOZE, pbx_rings=(LIFTED,), snoozes=1, snooze_until=after(1060)),
        900,
        Wait,
        "",
    ),
    "he has slept": (
        replace(CASE, rules=SNOOZE, pbx_rings=(LIFTED,), snoozes=1, snooze_until=after(1060)),
        1060,
        CallGuest,
        "confirmation",
    ),
    "once more he may not": (
        replace(
            CASE,
            rules=SNOOZE,
            pbx_rings=(LIFTED,),
            snoozes=1,
            snooze_until=after(400),
            guest_calls=(ours("no_answer", snoozed=True),),
        ),
        460,
        Conclude,
        "no_answer",
    ),
    "answered, and a key may still come": (
        replace(
            CASE,
            rules=replace(CASE.rules, snoozes=1),
            guest_calls=(replace(ours("completed"), ended_at=None),),
        ),
        440,
        Wait,
        "",
    ),
    "the answer before he slept on is no answer": (
        replace(
            CASE,
            rules=replace(CASE.rules, snoozes=1),
            pbx_rings=(LIFTED,),
            snoozes=1,
            snooze_until=after(400),
            guest_calls=(ours("no_answer"),),
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
        HandOverToPbx,
        "",
    ),
    "nobody ever says so": (
        replace(CASE, by_person=True, rings_at=None),
        3600,
        Conclude,
        "no_answer",
    ),
}


@pytest.mark.parametrize(("situation", "second", "kind", "what"), TABLE.values(), ids=TABLE)
def test_the_next_step(situation: Situation, second: float, kind: type[Step], what: str) -> None:
    step = next_step(replace(situation, now=after(second)))
    assert isinstance(step, kind), step
    if isinstance(step, CallGuest):
        assert step.kind == what
    if isinstance(step, Conclude):
        assert step.state == what
        assert step.why


def test_an_alarm_says_all_that_is_known_once() -> None:
    situation = replace(
        CASE, now=after(460), pbx_rings=RANG_TWICE, guest_calls=(ours("no_answer"),)
    )
    step = next_step(situation)
    assert isinstance(step, Conclude)
    assert step.why == "It rang. Ours: no_answer."


def test_a_short_wait_still_lets_the_last_ring_end() -> None:
    """``fallback_after = 0``: not while the phone may still be ringing."""
    rules = replace(CASE.rules, fallback_after=timedelta())
    unknown = replace(CASE, rules=rules, pbx_rings=UNSEEN)
    assert isinstance(next_step(replace(unknown, now=after(419))), Wait)
    assert isinstance(next_step(replace(unknown, now=after(420))), CallGuest)
    over = replace(CASE, rules=rules, pbx_rings=RANG_TWICE)
    assert isinstance(next_step(replace(over, now=after(331))), CallGuest)


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
    assert is_call_due(after(second), times, goes_on, repeat) is now
