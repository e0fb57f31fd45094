"""Concurrent sweeps and changes: what the locks and the constraint are for."""

from contextlib import nullcontext
from datetime import datetime, time, timedelta
from functools import partial

import pytest

from hotelpbx.clock import now, whole_second
from pbx.models import Command
from rooms.models import Property, Stay
from rooms.stays import lifecycle
from tests import house
from tests.hotel.test_races import at_once
from tests.house import CLERK
from wakeups.alarms import planning
from wakeups.escalation import sweep
from wakeups.models import Attempt, Occurrence, WakeUpCall
from wakeups.models.observation import Observation, ObservationKind

pytestmark = pytest.mark.django_db(transaction=True)


def rang_without_answer(hotel: Property, name: str = "Smith") -> WakeUpCall:
    """The PBX has rung twice and nobody answered; our own call is due."""
    stay = house.check_in(hotel, name)
    due = whole_second(now()) - timedelta(seconds=430)
    call = WakeUpCall.objects.create(
        property=hotel, stay=stay, date=due.date(), time=time(7), repeats=2, repeat_interval=5,
        due_at=due, created_at=now(),
    )  # fmt: skip
    occurrence = Occurrence.objects.create(
        call=call, due_at=due, rings_at=due, placed_at=due, extension="2201", alarm_time="07:00",
        state=Occurrence.State.PLACED, ends_at=due + timedelta(minutes=12),
    )  # fmt: skip
    for ring in (due, due + timedelta(minutes=5)):
        occurrence.attempts.create(
            kind=Attempt.Kind.PBX, extension="2201", due_at=ring, evidence=rung(ring)
        )
    return call


def rung(at: datetime) -> list[dict[str, object]]:
    idle = at + timedelta(seconds=30)
    return [
        Observation(at, ObservationKind.RINGING).as_json(),
        Observation(idle, ObservationKind.IDLE).as_json(),
    ]


def rings() -> list[str]:
    return list(Command.objects.filter(kind="ring").values_list("state", flat=True))


def test_many_sweeps_at_once_make_one_call(
    open_hotel: Property, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row locks hold even if each sweep believes it is the only one."""
    rang_without_answer(open_hotel)
    monkeypatch.setattr(sweep, "try_lock", lambda name: nullcontext(True))
    results = at_once(*[sweep.sweep] * 4)
    assert not [each for each in results if isinstance(each, Exception)]
    assert rings() == ["waiting"]
    assert Attempt.objects.filter(kind="own_call").count() == 1


def test_without_the_locks_the_constraint_still_keeps_the_second_call_from_being_made(
    open_hotel: Property, monkeypatch: pytest.MonkeyPatch
) -> None:
    rang_without_answer(open_hotel)
    monkeypatch.setattr(sweep, "try_lock", lambda name: nullcontext(True))
    unlocked = Occurrence.objects.select_related("call__stay__room", "call__property__pbx")
    monkeypatch.setattr(sweep, "_locked", lambda pk: unlocked.get(pk=pk))
    at_once(*[sweep.sweep] * 4)
    assert rings() == ["waiting"]
    assert Attempt.objects.filter(kind="own_call").count() == 1


def test_a_check_out_in_the_same_moment_leaves_no_call_behind(open_hotel: Property) -> None:
    for number in range(6):
        call = rang_without_answer(open_hotel, f"Smith{number}")
        results = at_once(sweep.sweep, partial(lifecycle.check_out, call.stay, actor=CLERK))
        assert not [each for each in results if isinstance(each, Exception)], results
        assert "waiting" not in rings()
        assert not Attempt.objects.filter(kind="own_call", result__in=Attempt.OPEN).exists()
        call.refresh_from_db()
        assert call.status == "cancelled"
        assert Stay.objects.get(pk=call.stay_id).status == "checked_out"


def test_a_check_out_that_forgot_it_would_ring_the_next_guest(
    open_hotel: Property, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the cancellation the call waits in the lane before the check-out."""
    call = rang_without_answer(open_hotel)
    sweep.sweep()
    monkeypatch.setattr(planning, "cancel_outgoing_calls", lambda occurrence, why: None)
    lifecycle.check_out(call.stay, actor=CLERK)
    assert rings() == ["waiting"]
