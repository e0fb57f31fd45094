"""Placing alarms on the PBX when their day has come, and taking them back.

Whoever calls holds the lock on the stay and its room; :func:`plan` takes it for many at a time.
"""

import logging
from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from hotelpbx.clock import now
from hotelpbx.task_queue.sending import enqueue_on_commit
from pbx import outbox
from rooms.locking import lock_many
from rooms.models import Stay
from wakeups.alarms import do_not_disturb, placement
from wakeups.escalation import sweep
from wakeups.models import Attempt, Occurrence, WakeUpCall
from wakeups.occurrences import conclude, remove_alarm, stop_calls, subject_of, take_back, twins

log = logging.getLogger(__name__)

# No call is placed earlier than a day before it is due, so nothing further away is looked at.
HORIZON: Final = timedelta(hours=26)
# How many calls are looked after in one transaction: what one request to the PBX carries.
TOGETHER: Final = 100
# An alarm that rings sooner is not taken from others for the sake of its repetitions.
SOON: Final = timedelta(minutes=5)
# How long before it rings an alarm must have been seen on the PBX.
MAKE_SURE: Final = timedelta(hours=1)


def plan() -> int:
    """Take the steps that are due, place what is due within a day and make sure of what is due
    soon; returns how many calls were placed or made sure of.

    Calls that need nothing are not touched, and those that do are taken many at a time.
    """
    do_not_disturb.keep()
    sweep.sweep()
    todo = list(dict.fromkeys([*_ripe(), *_unseen().values_list("call", flat=True)]))
    seen = 0
    for start in range(0, len(todo), TOGETHER):
        some = todo[start : start + TOGETHER]
        try:
            seen += look_after(some)
        except Exception:
            log.exception("Wake-up calls %s could not be planned together.", some)
            seen += sum(map(_look_after_one, some))
    return seen


def _look_after_one(pk: int) -> int:
    """One call that cannot be planned must not cost the others their morning."""
    try:
        return look_after([pk])
    except Exception:
        log.exception("Wake-up call %s could not be planned.", pk)
        return 0


def look_after(pks: Sequence[int]) -> int:
    """Place what is ripe of these calls; returns how many are open."""
    with transaction.atomic():
        stays = lock_many(Stay.objects.filter(wake_up_calls__in=pks))
        calls = list(
            WakeUpCall.objects.select_for_update(of=("self",), no_key=True)
            .select_related("stay__room", "stay__property__pbx", "property__pbx")
            .prefetch_related("stay__room__phones")
            .filter(pk__in=pks, stay__in=stays, status__in=WakeUpCall.OPEN)
            .order_by("property", "due_at", "pk")
        )
        for _, own in groupby(calls, key=lambda call: call.property_id):
            _place(list(own))
        _make_sure(calls)
        return len(calls)


def _ripe() -> list[int]:
    """Calls whose next occurrence is to be placed now, those due first in front."""
    instant = now()
    placed = Occurrence.objects.filter(call=OuterRef("pk"), due_at=OuterRef("due_at"))
    waiting = list(
        WakeUpCall.objects.filter(status__in=WakeUpCall.OPEN, due_at__lte=instant + HORIZON)
        .exclude(Exists(placed.exclude(state=Occurrence.State.WITHDRAWN)))
        .select_related("property__pbx")
        .order_by("due_at", "pk")
    )
    by_person = placement.called_by_person() if waiting else {}
    return [call.pk for call in waiting if placement.is_ripe(call, instant, by_person)]


def _unseen() -> QuerySet[Occurrence]:
    """Occurrences due soon whose alarm nobody has seen on the PBX.

    Of alarms that were set many at a time the ids are learned by the nightly comparison, which
    asks each phone anyway. What it comes too late or too early for is asked about here.
    """
    instant = now()
    return Occurrence.objects.filter(
        state__in=(Occurrence.State.PLACED, Occurrence.State.PERSON),
        placed_at__isnull=False,
        seen_at__isnull=True,
        rings_at__gt=instant + timedelta(minutes=1),
        rings_at__lte=instant + MAKE_SURE,
        call__status__in=WakeUpCall.OPEN,
    )


def _make_sure(calls: Sequence[WakeUpCall]) -> None:
    """Have the PBX asked whether it has the alarms, and told those that it has not."""
    unseen = list(
        _unseen()
        .filter(call__in=calls)
        .select_related("call__property__pbx")
        .select_for_update(of=("self",), no_key=True)
    )
    states = outbox.states_by_subject(map(subject_of, unseen))
    quiet = [each for each in unseen if states[subject_of(each)].state == "applied"]
    placement.tell(quiet, in_doubt=True)


def plan_call(call: WakeUpCall) -> None:
    """Place the next occurrence of an open call, if its time for that has come."""
    _place([call])


def _place(calls: Sequence[WakeUpCall]) -> None:
    """The same for many of one property."""
    for occurrence in placement.place(calls):
        conclude(occurrence, Occurrence.State.FAILED, "There is no phone in the room.")


def withdraw(call: WakeUpCall, *, wiped: bool = False) -> None:
    """Take back what was placed for a call. ``wiped``: the phone's alarms go by a check-out."""
    for occurrence in call.occurrences.filter(state__in=Occurrence.OPEN).select_for_update(
        no_key=True
    ):
        stop_calls(occurrence, "Withdrawn.")
        occurrence.state = Occurrence.State.WITHDRAWN
        occurrence.save(update_fields=["state"])
        if not wiped:
            _leave_alarm(occurrence)
    if not wiped:
        silence(call.occurrences.all())


def _leave_alarm(occurrence: Occurrence) -> None:
    """Who rises by the same alarm keeps it, repeated as he has asked for: it was set once, as the
    first of them had asked."""
    if occurrence.rings_at is None:
        return
    others = list(
        twins(occurrence)
        .select_related("call__property__pbx")
        .select_for_update(of=("self",), no_key=True)
    )
    if not others:
        remove_alarm(occurrence)
    elif _repeats(others[0]) != _repeats(occurrence) and occurrence.rings_at > now() + SOON:
        remove_alarm(occurrence)
        for other in others:
            other.alarm_id, other.seen_at = "", None
            other.save(update_fields=["alarm_id", "seen_at"])
        place_again(others[0])


def _repeats(occurrence: Occurrence) -> tuple[int, int]:
    return occurrence.call.repeats, occurrence.call.repeat_interval


def silence(occurrences: QuerySet[Occurrence]) -> None:
    """Answered, but the PBX may ring once more, and somebody else may be in the room then."""
    answered = occurrences.filter(state=Occurrence.State.ANSWERED, ends_at__gt=now())
    for occurrence in answered.select_related("call__property__pbx"):
        take_back(occurrence)


def place_again(occurrence: Occurrence) -> bool:
    """The PBX has lost the alarm: place it once more. False: it is too late for that, and the
    chain goes on as for one that was never there: our own call at once, or the desk.

    Whoever calls holds the lock on the room and has read the occurrence's call and PBX.
    """
    if occurrence.state != Occurrence.State.PERSON:
        occurrence.state = Occurrence.State.PLACING
    occurrence.alarm_id = ""
    occurrence.placed_at = occurrence.seen_at = occurrence.look_at = None
    occurrence.save(update_fields=["state", "alarm_id", "placed_at", "seen_at", "look_at"])
    if placement.too_late(occurrence):
        lost = occurrence.attempts.filter(kind=Attempt.Kind.PBX, result=Attempt.Result.PENDING)
        lost.update(result=Attempt.Result.FAILED, detail="The PBX has lost the alarm.")
        enqueue_on_commit("wakeups.tasks.watch")
        return False
    placement.tell([occurrence])
    return True
