"""The referee of the week finds each kind of fault, in weeks made by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pbx.simulator.state import Ring
from tests.house import at
from tests.wakeups.week.acts import (
    Act,
    Ask,
    Attend,
    Away,
    Cancel,
    CheckIn,
    CheckOut,
    Move,
    Script,
    SetByHand,
    Spec,
)
from tests.wakeups.week.reality import due_on
from tests.wakeups.week.referee import review
from tests.wakeups.week.running import Claim, Done, Week

BERLIN = ZoneInfo("Europe/Berlin")
# 07:00 in Berlin, in winter.
DUE = at("2026-03-27 06:00:00")
EVENING = at("2026-03-26 18:00:00")
SPEC = Spec(date(2026, 3, 27), "07:00", repeats=2, interval=5)
LATER = SetByHand(at("2026-03-28 12:00:00"), "1003", "15:00")


def week(*acts: Act, rings: tuple[Ring, ...] = ()) -> Week:
    """Alice has 1001, Bob 1002, and she has a call at seven; then the given acts."""
    departure = date(2026, 3, 29)
    usual = (
        CheckIn(EVENING, "Alice", "1001", departure),
        CheckIn(EVENING, "Bob", "1002", departure),
        Ask(EVENING, "Alice", 1, SPEC),
    )
    script = Script("Europe/Berlin", date(2026, 3, 26), date(2026, 4, 1), ["1001", "1002", "1003"])
    done = [Done(act.at, act) for act in sorted((*usual, *acts, LATER), key=lambda act: act.at)]
    return Week(script, done, list(rings))


def ring(instant: datetime = DUE, room: str = "1001", behaviour: str = "answers") -> Ring:
    return Ring(instant, f"2{room}", "alarm", behaviour, "1")


def test_a_guest_who_was_woken_is_no_fault() -> None:
    assert review(week(rings=(ring(), ring(DUE + timedelta(minutes=5))))).faults == []


def test_a_clock_that_is_forty_seconds_wrong_is_no_fault() -> None:
    assert review(week(rings=(ring(DUE - timedelta(seconds=40)),))).faults == []


def test_he_may_be_woken_by_such_a_clock_just_before_he_moves_and_not_just_after() -> None:
    moves = Move(DUE - timedelta(seconds=30), "Alice", "1003")
    early = ring(DUE - timedelta(seconds=40))
    assert review(week(moves, rings=(early,))).faults == []
    late = ring(DUE - timedelta(seconds=20))
    faults = review(week(moves, rings=(late,))).faults
    assert any("nobody was told" in fault for fault in faults)
    assert any("not asked for" in fault for fault in faults)


@pytest.mark.parametrize(
    "rings",
    [
        (),
        (ring(DUE + timedelta(minutes=1)),),
        (ring(DUE + timedelta(hours=1)),),
        (ring(DUE + timedelta(days=1)),),
        (ring(room="1002"),),
        (ring(behaviour="ignores"),),
        (ring(behaviour="unregistered"),),
    ],
)
def test_a_guest_who_sleeps_on_is_found_unless_somebody_was_told(rings: tuple[Ring, ...]) -> None:
    asleep = week(rings=rings)
    assert any("nobody was told" in fault for fault in review(asleep).faults)
    asleep.alarms = {(1, DUE)}
    assert not any("nobody was told" in fault for fault in review(asleep).faults)


def test_our_own_call_after_the_last_ring_is_owed_and_not_an_hour_later() -> None:
    prompt = replace(ring(DUE + timedelta(minutes=14)), kind="prompt", alarm="")
    asleep = ring(behaviour="ignores")
    assert review(week(rings=(asleep, prompt))).faults == []
    late = replace(prompt, at=DUE + timedelta(hours=1))
    assert any("not asked for" in fault for fault in review(week(rings=(asleep, late))).faults)


@pytest.mark.parametrize(
    "other",
    [
        ring(room="1002"),
        ring(DUE + timedelta(minutes=10)),
        ring(DUE + timedelta(minutes=3)),
        ring(DUE - timedelta(hours=1)),
        ring(DUE + timedelta(days=1)),
    ],
)
def test_a_ring_that_nobody_asked_for_is_found(other: Ring) -> None:
    (fault,) = review(week(rings=(ring(), other))).faults
    assert "not asked for" in fault


def test_the_request_of_a_guest_who_has_left_wakes_nobody() -> None:
    left = CheckOut(DUE - timedelta(minutes=10), "Alice")
    carol = CheckIn(DUE - timedelta(minutes=8), "Carol", "1001", date(2026, 3, 29))
    assert review(week(left, carol)).faults == []
    (fault,) = review(week(left, carol, rings=(ring(),))).faults
    assert "Carol" in fault


def test_who_leaves_before_it_is_decided_must_have_been_rung() -> None:
    left = CheckOut(DUE + timedelta(minutes=4), "Alice")
    assert review(week(left, rings=(ring(behaviour="ignores"),))).faults == []
    assert review(week(left, rings=(ring(behaviour="unregistered"),))).faults == []
    assert "did not ring" in review(week(left)).faults[0]


def test_a_cancelled_request_wakes_nobody() -> None:
    cancelled = Cancel(DUE - timedelta(minutes=10), 1)
    assert review(week(cancelled)).faults == []
    assert len(review(week(cancelled, rings=(ring(),))).faults) == 1


def test_what_could_not_be_called_off_is_counted_apart() -> None:
    away = Away(DUE - timedelta(minutes=20), "network"), Away(DUE + timedelta(hours=1), "nothing")
    cancelled = Cancel(DUE - timedelta(minutes=10), 1)
    findings = review(week(*away, cancelled, rings=(ring(),)))
    assert findings.faults == []
    assert findings.counts["rings that could not be called off"] == 1


def test_the_call_follows_the_guest() -> None:
    moved = Move(DUE - timedelta(minutes=10), "Alice", "1003")
    assert review(week(moved, rings=(ring(room="1003"),))).faults == []
    assert len(review(week(moved, rings=(ring(),))).faults) == 2


@pytest.mark.parametrize(("minutes", "faults"), [(3, 1), (31, 0)])
def test_who_moves_long_after_his_minute_is_a_person_s_affair(minutes: int, faults: int) -> None:
    """Although he lifts the receiver in the new room for another call."""
    hours_apart = Ask(EVENING, "Bob", 2, Spec(date(2026, 3, 27), "07:00", repeats=3, interval=60))
    moved = DUE + timedelta(minutes=minutes)
    rings = (
        ring(),
        ring(room="1002", behaviour="ignores"),
        replace(ring(moved + timedelta(seconds=5), room="1003"), kind="prompt"),
    )
    alerted = week(hours_apart, Move(moved, "Bob", "1003"), rings=rings)
    alerted.alarms = {(2, DUE)}
    assert len(review(alerted).faults) == faults


def test_a_false_claim_and_a_false_alarm_are_found() -> None:
    claimed = week(rings=(ring(behaviour="ignores"),))
    claimed.alarms = {(1, DUE)}
    claimed.claims = [Claim(1, "21001", DUE, DUE, DUE + timedelta(minutes=12))]
    assert "said to be up" in review(claimed).faults[0]
    woken = week(rings=(ring(),))
    woken.alarms = {(1, DUE)}
    assert "an alarm was raised" in review(woken).faults[0]


def vip(*acts: Act, rings: tuple[Ring, ...] = ()) -> Week:
    """Alice is to be called by a person; ten minutes later the PBX rings."""
    found = week(*acts, rings=rings)
    found.done = [
        replace(done, act=replace(done.act, vip=True))
        if isinstance(done.act, CheckIn) and done.act.guest == "Alice"
        else done
        for done in found.done
    ]
    return found


def test_a_vip_is_called_by_a_person_or_ten_minutes_later_by_the_pbx() -> None:
    backup = DUE + timedelta(minutes=10)
    called = Attend(DUE + timedelta(minutes=2), 1)
    assert review(vip(called)).faults == []
    assert review(vip(rings=(ring(backup),))).faults == []
    assert "not asked for" in review(vip(called, rings=(ring(backup),))).faults[0]
    assert any("not asked for" in fault for fault in review(vip(rings=(ring(),))).faults)
    assert "nobody was told" in review(vip()).faults[0]


def test_a_clerk_who_was_not_told_to_call_a_vip_is_found() -> None:
    called = Done(DUE + timedelta(minutes=2), Attend(DUE + timedelta(minutes=2), 1), "not_shown")
    found = vip(rings=(ring(DUE + timedelta(minutes=10)),))
    found.done.append(called)
    assert "nobody was told to call" in review(found).faults[0]
    found.done[-1] = replace(called, at=DUE + timedelta(minutes=11))
    assert review(found).faults == []


def keyed(*rings: Ring) -> Week:
    """Alice is to press a key."""
    found = week(rings=rings)
    found.done = [
        replace(done, act=replace(done.act, spec=replace(SPEC, confirm=True)))
        if isinstance(done.act, Ask)
        else done
        for done in found.done
    ]
    return found


def menu(keys: str) -> Ring:
    return Ring(DUE + timedelta(minutes=1), "21001", "menu", "answers", keys=keys)


@pytest.mark.parametrize("keys", ["", "5", "9"])
def test_a_lifted_receiver_is_not_enough_where_a_key_is_wanted(keys: str) -> None:
    assert review(keyed(ring(), menu("1"))).faults == []
    assert "nobody was told" in review(keyed(ring(), menu(keys))).faults[0]
    lies = keyed(ring(), menu(keys))
    lies.alarms = {(1, DUE)}
    assert review(lies).faults == []
    for by in ("receiver", "key", "person"):
        lies.claims = [Claim(1, "21001", DUE, DUE, DUE + timedelta(minutes=12), by)]
        assert "said to be up" in review(lies).faults[0]


def test_a_key_that_was_pressed_must_be_told_as_one() -> None:
    found = keyed(ring(), menu("1"))
    found.claims = [Claim(1, "21001", DUE, DUE, DUE + timedelta(minutes=12), "key")]
    assert review(found).faults == []
    found.claims = [replace(found.claims[0], by="receiver")]
    assert "said to be up" in review(found).faults[0]


def test_a_call_that_the_pbx_could_not_make_may_come_a_little_later() -> None:
    away = Away(DUE - timedelta(minutes=20), "power"), Away(DUE + timedelta(minutes=3), "nothing")
    late = Ring(DUE + timedelta(minutes=4), "21001", "prompt", "answers")
    assert review(week(*away, rings=(late,))).faults == []
    assert "nobody was told" in review(week(rings=(late,))).faults[0]
    too_late = replace(late, at=DUE + timedelta(minutes=8))
    assert "nobody was told" in review(week(*away, rings=(too_late,))).faults[0]


def test_an_unfair_refusal_is_found() -> None:
    refused = week(rings=(ring(),))
    refused.done.append(Done(EVENING, Ask(EVENING, "Bob", 2, SPEC), "wake_up_in_past"))
    assert "refused" in review(refused).faults[0]
    refused.done[-1] = replace(refused.done[-1], at=DUE)
    assert review(refused).faults == []


def test_an_alarm_set_by_hand_is_kept_and_goes_with_its_guest() -> None:
    by_hand = SetByHand(EVENING, "1002", "21:00")
    rings = ring(), replace(ring(at("2026-03-26 20:00:00"), "1002"), alarm="9")
    kept = week(by_hand, rings=rings)
    kept.by_hand = {"9": by_hand}
    assert review(kept).faults == []
    assert "was not kept" in review(week(by_hand, rings=rings[:1])).faults[0]
    left = week(by_hand, CheckOut(EVENING + timedelta(minutes=5), "Bob"), rings=rings)
    left.by_hand = {"9": by_hand}
    assert "who left" in review(left).faults[0]


@pytest.mark.parametrize(
    ("day", "wall", "instant"),
    [
        ("2026-03-29", "02:30", "2026-03-29 01:00:00"),
        ("2026-03-29", "01:59", "2026-03-29 00:59:00"),
        ("2026-03-29", "03:00", "2026-03-29 01:00:00"),
        ("2026-10-25", "02:30", "2026-10-25 00:30:00"),
        ("2026-10-25", "03:00", "2026-10-25 02:00:00"),
        ("2026-10-25", "00:00", "2026-10-24 22:00:00"),
        ("2026-10-25", "23:59", "2026-10-25 22:59:00"),
    ],
)
def test_the_judge_reckons_by_himself(day: str, wall: str, instant: str) -> None:
    assert due_on(date.fromisoformat(day), wall, BERLIN) == datetime.fromisoformat(instant).replace(
        tzinfo=UTC
    )
