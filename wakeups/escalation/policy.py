"""What comes next for a wake-up call: one decision, from what is known and the hotel's rules.

Pure: no database, no clock. :mod:`.sweep` gathers the case and does what is decided.
The order of the questions in :func:`next_step` is the table of docs/wake-up-calls.md.
"""

from datetime import datetime, timedelta
from typing import Final

from rooms.operations.health import CLOCK_APART
from wakeups.escalation.steps import Call, Case, Conclude, Ring, Snooze, Step, TakeOver, Try, Wait
from wakeups.models import Attempt, Occurrence
from wakeups.schedule import RING_OUT

Result = Attempt.Result
State = Occurrence.State

# A call of ours that would come later than this after its time is not made: who was not called
# in time is a person's affair, and a guest must not be rung an hour late.
LATE: Final = timedelta(minutes=5)
# After the guest has hung up we wait so long before we call for the confirmation; a receiver
# that stays lifted is not waited for longer than the second.
BREATH: Final = timedelta(seconds=15)
LIFTED_LONG: Final = timedelta(seconds=60)
# A guest whom nobody says to have called by then was not called.
PERSON_LATE: Final = timedelta(hours=1)
# So long after the link is up again reports may still come of what the PBX did meanwhile.
CATCH_UP: Final = timedelta(seconds=30)
# Reports that were stored and not yet looked at are waited for so long.
PATIENCE: Final = timedelta(seconds=60)


def next_step(case: Case) -> Step:
    """The first of these that gives an answer."""
    for question in (
        _person,
        _confirmed,
        _our_call_goes_on,
        _sleeps_on,
        _answered,
        _too_early,
        _we_call,
    ):
        step = question(case)
        if step is not None:
            return step
    return _give_up(case)


def _person(case: Case) -> Step | None:
    """A VIP is called by a person, who says so; else by the PBX, where the hotel wants that."""
    if not case.by_person:
        return None
    if case.acknowledged:
        return Conclude(State.ANSWERED, "A person has looked after the guest.")
    if case.rings_at is not None and case.now >= case.rings_at:
        return TakeOver()
    if case.rings_at is None and case.now >= case.due_at + PERSON_LATE:
        return Conclude(State.NO_ANSWER, "Nobody has said that he called the guest.")
    return Wait()


def _confirmed(case: Case) -> Step | None:
    found = next((each for each in _all(case) if each.result == Result.CONFIRMED), None)
    return Conclude(State.CONFIRMED, found.why, found.answered_at) if found else None


def _our_call_goes_on(case: Case) -> Step | None:
    """Of an answered call the end is waited for, where a key may still come."""
    last = case.tries[-1] if case.tries else None
    if last is None or last.snoozed:
        return None
    open_ = last.result in Attempt.OPEN
    key_may_come = case.rules.snoozes > 0 and last.ended_at is None and not _is_over(last, case)
    return Wait(rung=True) if open_ or (last.result == Result.COMPLETED and key_may_come) else None


def _sleeps_on(case: Case) -> Step | None:
    last = case.tries[-1] if case.tries else None
    if last is not None and last.snoozed and case.snoozes < case.rules.snoozes:
        return Snooze(case.now + case.rules.snooze_for)
    if case.snooze_until is not None and case.now < case.snooze_until:
        return Wait(rung=True, until=case.snooze_until)
    return None


def _answered(case: Case) -> Step | None:
    if case.rules.confirm:
        return None
    # After he has asked to sleep on, only what came since counts.
    relevant = case.tries if case.snooze_until else _all(case)
    found = next((each for each in relevant if each.result == Result.COMPLETED), None)
    return Conclude(State.ANSWERED, found.why, found.answered_at) if found else None


def _too_early(case: Case) -> Step | None:
    """The PBX has rings to come, or what it has reported is not all known."""
    if case.snooze_until is not None:
        return None
    results = {ring.result for ring in case.rings}
    planned = _planned(case)
    rung = bool(results - {Result.PENDING, Result.UNKNOWN})
    if Result.RINGING in results or (case.behind and case.now < planned + PATIENCE):
        return Wait(rung)
    return Wait(rung, until=planned) if case.now < planned else None


def _we_call(case: Case) -> Step | None:
    kind, tried = case.rules.kind, len(case.tries)
    refused = any(each.result == Result.FAILED for each in case.tries)
    slept_too_long = bool(case.tries) and case.tries[-1].snoozed
    if kind is None or tried >= case.rules.calls or refused or slept_too_long:
        return None
    if case.deaf or not case.reachable or case.now > _planned(case) + LATE:
        return None
    if (missed := _missed(case)) is not None and case.now > missed + LATE:
        return None
    return Call(kind)


def _give_up(case: Case) -> Conclude:
    """To the desk: what is known, and why."""
    known = [each for each in _all(case) if each.result != Result.UNKNOWN]
    why = " ".join(dict.fromkeys(each.why for each in known if each.why))
    if case.rules.confirm and not case.rules.can_confirm:
        why = f"{why} It must be confirmed, and no IVR for that is set.".strip()
    if not case.reachable and "not connected" not in why:
        why = f"{why} The phone is not connected to the PBX.".strip()
    if not case.placed:
        return Conclude(State.FAILED, f"The PBX could not be told in time. {why}".strip())
    if any(each.result == Result.NO_ANSWER for each in _all(case)):
        return Conclude(State.NO_ANSWER, why)
    if any(each.result == Result.COMPLETED for each in case.rings):
        return Conclude(State.NO_ANSWER, why)  # lifted, and no key pressed
    if case.deaf or _missed(case) is not None:
        why = "The link to the PBX or its reports were away: nothing is known."
    return Conclude(State.UNKNOWN, why or "No report tells whether the phone rang.")


def _planned(case: Case) -> datetime:
    """When the next call of ours is due, or without one the call to the desk."""
    if case.tries:
        last = case.tries[-1]
        if len(case.tries) >= case.rules.calls or last.result == Result.FAILED:
            return last.ended_at or last.due_at
        return (last.ended_at or last.ends_at or last.due_at) + case.rules.confirm_repeat
    if case.snooze_until is not None:
        return case.snooze_until
    if not case.placed or case.last_ring_at is None:
        return case.rings_at or case.due_at
    lifted = _lifted(case) if case.rules.confirm else None
    if lifted is not None and case.rules.kind is not None:
        return lifted
    planned = max(case.last_ring_at + case.rules.after, _rung_out(case))
    if case.rules.kind is None:
        planned = case.ends_at
    missed = _missed(case)
    return planned if missed is None else min(planned, _as_soon_as_heard(case, missed))


def _missed(case: Case) -> datetime | None:
    """When the PBX was to ring, if the link was away then and nothing tells that it did."""
    seen = any(ring.result not in (Result.PENDING, Result.UNKNOWN) for ring in case.rings)
    if case.rings_at is None or not case.placed or case.tries or case.snooze_until or seen:
        return None
    back_late = case.hears_since is not None and case.hears_since > case.rings_at - timedelta(
        seconds=CLOCK_APART
    )
    return case.rings_at if case.deaf or back_late else None


def _as_soon_as_heard(case: Case, missed: datetime) -> datetime:
    """Its repetitions, an hour later perhaps, are not waited for: we call soon after the link is
    up again, and if that is not soon, the desk is told."""
    latest = missed + LATE
    if case.deaf or case.hears_since is None:
        return latest
    return min(max(missed + RING_OUT, case.hears_since + CATCH_UP), latest)


def _lifted(case: Case) -> datetime | None:
    """When we may ask for the key, after the guest has lifted the receiver for the PBX."""
    found = next((ring for ring in case.rings if ring.result == Result.COMPLETED), None)
    if found is None or found.answered_at is None:
        return None
    return found.ended_at + BREATH if found.ended_at else found.answered_at + LIFTED_LONG


def _rung_out(case: Case) -> datetime:
    """When the PBX's last ring is over: as seen, else after the time a ring may take."""
    assert case.last_ring_at is not None  # noqa: S101 (asked by who called)
    last = case.rings[-1] if case.rings else None
    if last is not None and last.due_at >= case.last_ring_at and last.result == Result.NO_ANSWER:
        return case.last_ring_at
    return case.last_ring_at + RING_OUT


def _is_over(attempt: Try, case: Case) -> bool:
    return attempt.ends_at is not None and case.now >= attempt.ends_at


def _all(case: Case) -> tuple[Ring | Try, ...]:
    return (*case.rings, *case.tries)
