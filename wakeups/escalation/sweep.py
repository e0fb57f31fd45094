"""Taking the next step of each wake-up call that is due: the sweep over what is written down.

Everything is rows, so a restart or a lost message loses nothing: the next sweep decides anew. An
occurrence is locked after its room, stay and call, as everywhere.
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
from wakeups.escalation.situation import case_of
from wakeups.escalation.steps import Call, Conclude, Snooze, Step, TakeOver, Wait
from wakeups.models import Attempt, Occurrence, WakeUpCall
from wakeups.occurrences import conclude, take_back
from wakeups.outcome import results
from wakeups.outcome.record_observations import EARLY
from wakeups.settings import settings_of

log = logging.getLogger(__name__)

State = Occurrence.State

# How often a call is looked at of which nothing new is heard: while it rings, or we call; and
# while only a moment to come is waited for, so that a whole hotel can rise at once.
OFTEN: Final = timedelta(seconds=3)
SELDOM: Final = timedelta(seconds=60)


def sweep() -> int:
    """Take the steps that are due; returns how many occurrences were looked at.

    One at a time: who comes meanwhile leaves it to the next sweep.
    """
    seen = 0
    with try_lock("wake-up-calls") as mine:
        for pk in list(_due()) if mine else ():
            try:
                with transaction.atomic():
                    seen += _look_at(pk)
            except Exception:
                # One call that goes wrong must not cost the others their morning.
                log.exception("Wake-up occurrence %s could not be looked at.", pk)
    return seen


def _due() -> Iterable[int]:
    """Occurrences that are due or nearly so, and those the desk is still to be called for."""
    instant = now()
    is_open = Q(state__in=Occurrence.OPEN, due_at__lte=instant + EARLY)
    it_is_time = Q(look_at__isnull=True) | Q(look_at__lte=instant)
    found = Occurrence.objects.filter(is_open | desk.alarming(), it_is_time)
    return found.order_by("due_at", "pk").values_list("pk", flat=True)


def _look_at(pk: int) -> bool:
    occurrence = _locked(pk)
    if occurrence is None:
        return False
    settings = settings_of(occurrence.call.property)
    attempts = list(occurrence.attempts.select_for_update(no_key=True))
    results.refresh(occurrence, attempts, settings)
    instant = now()
    step: Step = Wait()
    if occurrence.state in Occurrence.OPEN:
        step = next_step(case_of(occurrence, attempts, settings, instant))
        _take(occurrence, step, attempts, instant)
    desk.look_after(occurrence, settings)
    occurrence.look_at = _look_again(step, instant)
    occurrence.save(update_fields=["look_at"])
    return True


def _look_again(step: Step, instant: datetime) -> datetime:
    if isinstance(step, Wait) and step.until is not None:
        return min(step.until, instant + SELDOM)
    return instant + OFTEN


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


def _take(occurrence: Occurrence, step: Step, attempts: list[Attempt], instant: datetime) -> None:
    match step:
        case Wait(rung=True):
            _is_ringing(occurrence, attempts)
        case TakeOver():
            _take_over(occurrence)
        case Snooze(until):
            _is_ringing(occurrence, attempts)
            occurrence.snoozes += 1
            occurrence.snooze_until = until
            occurrence.save(update_fields=["snoozes", "snooze_until"])
        case Call(kind):
            _is_ringing(occurrence, attempts)
            if not any(each.kind in Attempt.OURS for each in attempts):
                take_back(occurrence)  # the PBX shall not ring on top of us
            outgoing_calls.call(occurrence, Attempt.Kind(kind), occurrence.extension, instant)
        case Conclude(state, why, answered_at):
            _must_not_ring_tomorrow(occurrence, state)
            occurrence.rang_at = occurrence.rang_at or _rang_at(attempts)
            conclude(occurrence, state, why, answered_at)


def _take_over(occurrence: Occurrence) -> None:
    """From now on it is a call like others: the PBX rings."""
    occurrence.state = State.PLACED if occurrence.placed_at else State.PLACING
    occurrence.save(update_fields=["state"])
    waiting = occurrence.attempts.filter(kind=Attempt.Kind.PERSON, result__in=Attempt.OPEN)
    waiting.update(
        result=Attempt.Result.NO_ANSWER,
        detail="Nobody had said that he called the guest.",
        ended_at=now(),
    )
    if occurrence.rings_at is not None:
        occurrence.attempts.get_or_create(
            kind=Attempt.Kind.PBX,
            due_at=occurrence.rings_at,
            defaults={"extension": occurrence.extension},
        )


def _is_ringing(occurrence: Occurrence, attempts: list[Attempt]) -> None:
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


def _must_not_ring_tomorrow(occurrence: Occurrence, state: Occurrence.State) -> None:
    """An alarm of which it is not known that it rang may still be there; so it may after a key
    was pressed, and the guest is awake, or after a person has called."""
    not_rung = state in (State.UNKNOWN, State.FAILED)
    if not_rung or state == State.CONFIRMED or occurrence.state == State.PERSON:
        take_back(occurrence)
