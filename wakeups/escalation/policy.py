"""The next step of a wake-up call: one decision, from the situation and the hotel's settings.

Pure: no database, no clock. :mod:`.sweep` reads the situation and carries out the step. The order
of the questions in :func:`next_step` is the table of docs/wake-up-calls.md.
"""

from datetime import datetime, timedelta
from typing import Final

from rooms.operations.health import CLOCK_APART
from wakeups.escalation.steps import (
    CallGuest,
    Conclude,
    GuestCall,
    HandOverToPbx,
    PbxRing,
    Situation,
    Snooze,
    Step,
    Wait,
)
from wakeups.models import Attempt, Occurrence
from wakeups.schedule import RING_OUT

Result = Attempt.Result
State = Occurrence.State

# A call of ours that would be later than this is not placed. The desk takes over: a guest must not
# be rung an hour late.
MAX_DELAY: Final = timedelta(minutes=5)
# From hanging up to our call that asks for the key, and how long we wait for a receiver that stays
# off the hook.
CONFIRM_DELAY: Final = timedelta(seconds=15)
MAX_OFF_HOOK: Final = timedelta(seconds=60)
# Without an acknowledgement by then, nobody has called the VIP.
PERSON_TIMEOUT: Final = timedelta(hours=1)
# After a reconnection, reports of what happened meanwhile may take this long.
RECONNECT_DELAY: Final = timedelta(seconds=30)
# How long stored reports that are not processed yet are waited for.
BACKLOG_TIMEOUT: Final = timedelta(seconds=60)


def next_step(situation: Situation) -> Step:
    """The step of the first question that has an answer."""
    for question in (
        _call_by_person,
        _confirmed,
        _call_in_progress,
        _snooze,
        _answered,
        _wait_for_pbx,
        _call_guest,
    ):
        step = question(situation)
        if step is not None:
            return step
    return _give_up(situation)


def _call_by_person(situation: Situation) -> Step | None:
    """A person calls the VIP and acknowledges; else the PBX rings, if so configured."""
    if not situation.by_person:
        return None
    if situation.acknowledged:
        return Conclude(State.ANSWERED, "A person has looked after the guest.")
    if situation.rings_at is not None and situation.now >= situation.rings_at:
        return HandOverToPbx()
    if situation.rings_at is None and situation.now >= situation.due_at + PERSON_TIMEOUT:
        return Conclude(State.NO_ANSWER, "Nobody has confirmed calling the guest.")
    return Wait()


def _confirmed(situation: Situation) -> Step | None:
    found = next(
        (each for each in _all_attempts(situation) if each.result == Result.CONFIRMED), None
    )
    return Conclude(State.CONFIRMED, found.why, found.answered_at) if found else None


def _call_in_progress(situation: Situation) -> Step | None:
    """Wait for the end of our call, also of an answered one in which a key may still be pressed."""
    last = situation.guest_calls[-1] if situation.guest_calls else None
    if last is None or last.snoozed:
        return None
    open_ = last.result in Attempt.OPEN
    key_may_come = (
        situation.rules.snoozes > 0 and last.ended_at is None and not _is_over(last, situation)
    )
    return Wait(rung=True) if open_ or (last.result == Result.COMPLETED and key_may_come) else None


def _snooze(situation: Situation) -> Step | None:
    last = situation.guest_calls[-1] if situation.guest_calls else None
    if last is not None and last.snoozed and situation.snoozes < situation.rules.snoozes:
        return Snooze(situation.now + situation.rules.snooze_for)
    if situation.snooze_until is not None and situation.now < situation.snooze_until:
        return Wait(rung=True, until=situation.snooze_until)
    return None


def _answered(situation: Situation) -> Step | None:
    if situation.rules.confirm:
        return None
    # After a snooze only later calls count.
    relevant = situation.guest_calls if situation.snooze_until else _all_attempts(situation)
    found = next((each for each in relevant if each.result == Result.COMPLETED), None)
    return Conclude(State.ANSWERED, found.why, found.answered_at) if found else None


def _wait_for_pbx(situation: Situation) -> Step | None:
    """The PBX has rings left, or its reports are not all processed."""
    if situation.snooze_until is not None:
        return None
    results = {ring.result for ring in situation.pbx_rings}
    next_call_at = _next_call_at(situation)
    rung = bool(results - {Result.PENDING, Result.UNKNOWN})
    if Result.RINGING in results or (
        situation.backlog_pending and situation.now < next_call_at + BACKLOG_TIMEOUT
    ):
        return Wait(rung)
    return Wait(rung, until=next_call_at) if situation.now < next_call_at else None


def _call_guest(situation: Situation) -> Step | None:
    kind, tried = situation.rules.call_kind, len(situation.guest_calls)
    refused = any(each.result == Result.FAILED for each in situation.guest_calls)
    slept_too_long = bool(situation.guest_calls) and situation.guest_calls[-1].snoozed
    if kind is None or tried >= situation.rules.max_calls or refused or slept_too_long:
        return None
    if (
        situation.reports_unavailable
        or not situation.reachable
        or situation.now > _next_call_at(situation) + MAX_DELAY
    ):
        return None
    if (
        missed_at := _missed_ring_at(situation)
    ) is not None and situation.now > missed_at + MAX_DELAY:
        return None
    return CallGuest(kind)


def _give_up(situation: Situation) -> Conclude:
    """Over to the desk, with what is known and why."""
    known = [each for each in _all_attempts(situation) if each.result != Result.UNKNOWN]
    why = " ".join(dict.fromkeys(each.why for each in known if each.why))
    if situation.rules.confirm and not situation.rules.can_confirm:
        why = f"{why} It must be confirmed, and no IVR for that is set.".strip()
    if not situation.reachable and "not connected" not in why:
        why = f"{why} The phone is not connected to the PBX.".strip()
    if not situation.placed:
        return Conclude(State.FAILED, f"The PBX could not be told in time. {why}".strip())
    if any(each.result == Result.NO_ANSWER for each in _all_attempts(situation)):
        return Conclude(State.NO_ANSWER, why)
    if any(each.result == Result.COMPLETED for each in situation.pbx_rings):
        return Conclude(State.NO_ANSWER, why)  # lifted, but no key pressed
    if situation.reports_unavailable or _missed_ring_at(situation) is not None:
        why = "The link to the PBX or its reports were away: nothing is known."
    return Conclude(State.UNKNOWN, why or "No report tells whether the phone rang.")


def _next_call_at(situation: Situation) -> datetime:
    """When our next call to the guest is due, or else the alert at the desk."""
    if situation.guest_calls:
        last = situation.guest_calls[-1]
        if len(situation.guest_calls) >= situation.rules.max_calls or last.result == Result.FAILED:
            return last.ended_at or last.due_at
        return (last.ended_at or last.ends_at or last.due_at) + situation.rules.confirm_repeat
    if situation.snooze_until is not None:
        return situation.snooze_until
    if not situation.placed or situation.last_ring_at is None:
        return situation.rings_at or situation.due_at
    lifted = _ask_for_key_at(situation) if situation.rules.confirm else None
    if lifted is not None and situation.rules.call_kind is not None:
        return lifted
    next_call_at = max(
        situation.last_ring_at + situation.rules.fallback_after, _last_ring_over_at(situation)
    )
    if situation.rules.call_kind is None:
        next_call_at = situation.ends_at
    missed_at = _missed_ring_at(situation)
    return (
        next_call_at
        if missed_at is None
        else min(next_call_at, _call_after_missed_ring(situation, missed_at))
    )


def _missed_ring_at(situation: Situation) -> datetime | None:
    """When the PBX should have rung, if the link was down then and no ring was reported."""
    seen = any(ring.result not in (Result.PENDING, Result.UNKNOWN) for ring in situation.pbx_rings)
    if (
        situation.rings_at is None
        or not situation.placed
        or situation.guest_calls
        or situation.snooze_until
        or seen
    ):
        return None
    back_late = (
        situation.connected_since is not None
        and situation.connected_since > situation.rings_at - timedelta(seconds=CLOCK_APART)
    )
    return situation.rings_at if situation.reports_unavailable or back_late else None


def _call_after_missed_ring(situation: Situation, missed_at: datetime) -> datetime:
    """Soon after the link is up again, or the alert at the desk if that takes too long.

    The PBX's repetitions are not waited for: they may be an hour later.
    """
    latest = missed_at + MAX_DELAY
    if situation.reports_unavailable or situation.connected_since is None:
        return latest
    return min(max(missed_at + RING_OUT, situation.connected_since + RECONNECT_DELAY), latest)


def _ask_for_key_at(situation: Situation) -> datetime | None:
    """When we may ask for the key, after the guest has answered the PBX's alarm."""
    found = next((ring for ring in situation.pbx_rings if ring.result == Result.COMPLETED), None)
    if found is None or found.answered_at is None:
        return None
    return found.ended_at + CONFIRM_DELAY if found.ended_at else found.answered_at + MAX_OFF_HOOK


def _last_ring_over_at(situation: Situation) -> datetime:
    """When the PBX's last ring is over: as reported, else after the longest ring."""
    assert situation.last_ring_at is not None  # noqa: S101 (checked by the caller)
    last = situation.pbx_rings[-1] if situation.pbx_rings else None
    if (
        last is not None
        and last.due_at >= situation.last_ring_at
        and last.result == Result.NO_ANSWER
    ):
        return situation.last_ring_at
    return situation.last_ring_at + RING_OUT


def _is_over(attempt: GuestCall, situation: Situation) -> bool:
    return attempt.ends_at is not None and situation.now >= attempt.ends_at


def _all_attempts(situation: Situation) -> tuple[PbxRing | GuestCall, ...]:
    return (*situation.pbx_rings, *situation.guest_calls)
