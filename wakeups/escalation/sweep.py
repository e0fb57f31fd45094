"""The sweep: takes the next step of each occurrence that is due.

All state is in rows, so a restart or a lost message loses nothing: the next sweep decides again.
An occurrence is locked after its room, stay and call, as everywhere.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from hotelpbx.advisory_locks import try_lock
from hotelpbx.clock import now
from rooms.locking import lock_with_room
from rooms.models import Stay
from wakeups.escalation import desk, outgoing_calls
from wakeups.escalation.policy import next_step
from wakeups.escalation.situation import situation_of
from wakeups.escalation.steps import CallGuest, Conclude, HandOverToPbx, Snooze, Step, Wait
from wakeups.models import Attempt, Occurrence, WakeUpCall
from wakeups.occurrences import conclude, remove_unshared_alarm
from wakeups.outcome import results
from wakeups.outcome.record_observations import CLOCK_TOLERANCE
from wakeups.settings import settings_of

log = logging.getLogger(__name__)

State = Occurrence.State

# How often an occurrence without news is checked: while a phone rings, and while only a known
# moment is waited for. The longer one lets a whole hotel be woken at once.
CHECK_INTERVAL: Final = timedelta(seconds=3)
MAX_CHECK_INTERVAL: Final = timedelta(seconds=60)


def sweep() -> int:
    """Take the steps that are due; returns how many occurrences were checked.

    One sweep runs at a time; another one that starts meanwhile does nothing.
    """
    seen = 0
    with try_lock("wake-up-calls") as mine:
        for pk in list(_due()) if mine else ():
            try:
                with transaction.atomic():
                    seen += _check(pk)
            except Exception:
                # One call that fails must not keep the others from being woken.
                log.exception("Wake-up occurrence %s could not be checked.", pk)
    return seen


def _due() -> Iterable[int]:
    """Occurrences that are due or nearly so, and those the desk may still be called for."""
    instant = now()
    is_due = Q(state__in=Occurrence.OPEN, due_at__lte=instant + CLOCK_TOLERANCE)
    to_check = Q(next_check_at__isnull=True) | Q(next_check_at__lte=instant)
    found = Occurrence.objects.filter(is_due | desk.may_need_call(), to_check)
    return found.order_by("due_at", "pk").values_list("pk", flat=True)


def _check(pk: int) -> bool:
    occurrence = _locked(pk)
    if occurrence is None:
        return False
    settings = settings_of(occurrence.call.property)
    attempts = list(occurrence.attempts.select_for_update(no_key=True))
    results.reassess(occurrence, attempts, settings)
    instant = now()
    step: Step = Wait()
    if occurrence.state in Occurrence.OPEN:
        step = next_step(situation_of(occurrence, attempts, settings, instant))
        _carry_out(occurrence, step, attempts, instant)
    desk.call_if_due(occurrence, settings)
    occurrence.next_check_at = _next_check_at(step, instant)
    occurrence.save(update_fields=["next_check_at"])
    return True


def _next_check_at(step: Step, instant: datetime) -> datetime:
    if isinstance(step, Wait) and step.until is not None:
        return min(step.until, instant + MAX_CHECK_INTERVAL)
    return instant + CHECK_INTERVAL


def _locked(pk: int) -> Occurrence | None:
    stay = Stay.objects.filter(wake_up_calls__occurrences=pk).first()
    if stay is None:
        return None
    lock_with_room(stay)
    call = (
        WakeUpCall.objects.select_for_update(of=("self",), no_key=True)
        .select_related("stay__room", "stay__class_of_service", "property__pbx")
        .get(occurrences=pk)
    )
    occurrence = Occurrence.objects.select_for_update(no_key=True).get(pk=pk)
    occurrence.call = call
    return occurrence


def _carry_out(
    occurrence: Occurrence, step: Step, attempts: list[Attempt], instant: datetime
) -> None:
    match step:
        case Wait(rung=True):
            _mark_ringing(occurrence, attempts)
        case HandOverToPbx():
            _hand_over_to_pbx(occurrence)
        case Snooze(until):
            _mark_ringing(occurrence, attempts)
            occurrence.snoozes += 1
            occurrence.snooze_until = until
            occurrence.save(update_fields=["snoozes", "snooze_until"])
        case CallGuest(kind):
            _mark_ringing(occurrence, attempts)
            if not any(each.kind in Attempt.OUTGOING for each in attempts):
                remove_unshared_alarm(occurrence)  # the PBX must not ring during our call
            outgoing_calls.place(occurrence, Attempt.Kind(kind), occurrence.extension, instant)
        case Conclude(state, why, answered_at):
            _remove_left_over_alarm(occurrence, state)
            occurrence.rang_at = occurrence.rang_at or _rang_at(attempts)
            conclude(occurrence, state, why, answered_at)


def _hand_over_to_pbx(occurrence: Occurrence) -> None:
    """From now on the PBX rings, as for other calls."""
    occurrence.state = State.PLACED if occurrence.placed_at else State.PLACING
    occurrence.save(update_fields=["state"])
    waiting = occurrence.attempts.filter(kind=Attempt.Kind.PERSON, result__in=Attempt.OPEN)
    waiting.update(
        result=Attempt.Result.NO_ANSWER,
        detail="Nobody had confirmed calling the guest.",
        ended_at=now(),
    )
    if occurrence.rings_at is not None:
        occurrence.attempts.get_or_create(
            kind=Attempt.Kind.PBX,
            due_at=occurrence.rings_at,
            defaults={"extension": occurrence.extension},
        )


def _mark_ringing(occurrence: Occurrence, attempts: list[Attempt]) -> None:
    rang_at = _rang_at(attempts)
    if occurrence.state != State.RINGING or (rang_at and not occurrence.rang_at):
        occurrence.state = State.RINGING
        occurrence.rang_at = occurrence.rang_at or rang_at
        occurrence.save(update_fields=["state", "rang_at"])
    if occurrence.call.status != WakeUpCall.Status.RINGING:
        occurrence.call.status = WakeUpCall.Status.RINGING
        occurrence.call.save(update_fields=["status"])


def _rang_at(attempts: list[Attempt]) -> datetime | None:
    return min((each.started_at for each in attempts if each.started_at), default=None)


def _remove_left_over_alarm(occurrence: Occurrence, state: Occurrence.State) -> None:
    """Remove an alarm that may still be on the PBX, so that it does not ring a day later.

    It may be there if no ring is known, after a key was pressed, and after a person has called.
    """
    not_rung = state in (State.UNKNOWN, State.FAILED)
    if not_rung or state == State.CONFIRMED or occurrence.state == State.PERSON:
        remove_unshared_alarm(occurrence)
