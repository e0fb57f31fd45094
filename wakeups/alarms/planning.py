"""Placing alarms on the PBX when they may be placed, verifying and withdrawing them.

The caller holds the lock on the stay and its room; :func:`plan` takes the locks itself.
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
from wakeups.alarms import placement
from wakeups.models import Attempt, Occurrence, WakeUpCall
from wakeups.occurrences import (
    cancel_outgoing_calls,
    conclude,
    outbox_subject,
    remove_alarm,
    remove_unshared_alarm,
    sharing_alarm,
)

log = logging.getLogger(__name__)

# No alarm is placed earlier than a day before it rings, so later calls are not read.
HORIZON: Final = timedelta(hours=26)
# How many calls are placed in one transaction: as many as one request to the PBX carries.
BATCH: Final = 100
# A shared alarm that rings sooner is not placed again to change its repetitions.
MIN_LEAD: Final = timedelta(minutes=5)
# How long before it rings an alarm must have been found on the PBX.
VERIFY_AHEAD: Final = timedelta(hours=1)


def plan() -> int:
    """Place the alarms that may be placed now, and verify those that ring soon.

    Calls that need neither are not touched; the others are handled in batches.

    :returns: how many calls were placed or verified
    """
    todo = list(dict.fromkeys([*_placeable(), *_unverified().values_list("call", flat=True)]))
    handled = 0
    for start in range(0, len(todo), BATCH):
        some = todo[start : start + BATCH]
        try:
            handled += place_calls(some)
        except Exception:
            log.exception("Wake-up calls %s could not be placed together.", some)
            handled += sum(map(_place_single, some))
    return handled


def _place_single(pk: int) -> int:
    """One call that fails must not keep the others from being placed."""
    try:
        return place_calls([pk])
    except Exception:
        log.exception("Wake-up call %s could not be placed.", pk)
        return 0


def place_calls(pks: Sequence[int]) -> int:
    """Place and verify what is due of these calls; returns how many of them are open."""
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
        _verify(calls)
        return len(calls)


def _placeable() -> list[int]:
    """Calls whose next occurrence may be placed now, in the order in which they are due."""
    instant = now()
    placed = Occurrence.objects.filter(call=OuterRef("pk"), due_at=OuterRef("due_at"))
    waiting = list(
        WakeUpCall.objects.filter(status__in=WakeUpCall.OPEN, due_at__lte=instant + HORIZON)
        .exclude(Exists(placed.exclude(state=Occurrence.State.WITHDRAWN)))
        .select_related("property__pbx")
        .order_by("due_at", "pk")
    )
    by_person = placement.personal_calls() if waiting else {}
    return [call.pk for call in waiting if placement.is_placeable(call, instant, by_person)]


def _unverified() -> QuerySet[Occurrence]:
    """Occurrences due soon whose alarm has not been found on the PBX yet.

    The nightly comparison queries each phone anyway, and learns the ids of alarms that were set in
    bulk. Those that it comes too early or too late for are verified here.
    """
    instant = now()
    return Occurrence.objects.filter(
        state__in=(Occurrence.State.PLACED, Occurrence.State.PERSON),
        placed_at__isnull=False,
        seen_at__isnull=True,
        rings_at__gt=instant + timedelta(minutes=1),
        rings_at__lte=instant + VERIFY_AHEAD,
        call__status__in=WakeUpCall.OPEN,
    )


def _verify(calls: Sequence[WakeUpCall]) -> None:
    """Query the alarms on the PBX, and set those that are missing."""
    unverified = list(
        _unverified()
        .filter(call__in=calls)
        .select_related("call__property__pbx")
        .select_for_update(of=("self",), no_key=True)
    )
    states = outbox.states_by_subject(map(outbox_subject, unverified))
    idle = [each for each in unverified if states[outbox_subject(each)].state == "applied"]
    placement.send(idle, in_doubt=True)


def place_call(call: WakeUpCall) -> None:
    """Place the next occurrence of an open call, if it may be placed now."""
    _place([call])


def _place(calls: Sequence[WakeUpCall]) -> None:
    """The same for many calls of one property."""
    for occurrence in placement.place(calls):
        conclude(occurrence, Occurrence.State.FAILED, "There is no phone in the room.")


def withdraw(call: WakeUpCall, *, wiped: bool = False) -> None:
    """Remove what was placed for a call. ``wiped``: the phone's alarms are wiped anyway."""
    for occurrence in call.occurrences.filter(state__in=Occurrence.OPEN).select_for_update(
        no_key=True
    ):
        cancel_outgoing_calls(occurrence, "Withdrawn.")
        occurrence.state = Occurrence.State.WITHDRAWN
        occurrence.save(update_fields=["state"])
        if not wiped:
            _remove_or_hand_over(occurrence)
    if not wiped:
        stop_repetitions(call.occurrences.all())


def _remove_or_hand_over(occurrence: Occurrence) -> None:
    """Remove an alarm, or leave it to those who share it.

    It was set with the repetitions of the first of them. Another one with other repetitions gets an
    alarm of its own.
    """
    if occurrence.rings_at is None:
        return
    others = list(
        sharing_alarm(occurrence)
        .select_related("call__property__pbx")
        .select_for_update(of=("self",), no_key=True)
    )
    if not others:
        remove_alarm(occurrence)
    elif (
        _repetitions(others[0]) != _repetitions(occurrence)
        and occurrence.rings_at > now() + MIN_LEAD
    ):
        remove_alarm(occurrence)
        for other in others:
            other.alarm_id, other.seen_at = "", None
            other.save(update_fields=["alarm_id", "seen_at"])
        place_lost_alarm(others[0])


def _repetitions(occurrence: Occurrence) -> tuple[int, int]:
    return occurrence.call.repeats, occurrence.call.repeat_interval


def stop_repetitions(occurrences: QuerySet[Occurrence]) -> None:
    """Remove the alarms of answered occurrences, which the PBX may repeat to others in the room."""
    answered = occurrences.filter(state=Occurrence.State.ANSWERED, ends_at__gt=now())
    for occurrence in answered.select_related("call__property__pbx"):
        remove_unshared_alarm(occurrence)


def place_lost_alarm(occurrence: Occurrence) -> bool:
    """Place an alarm that the PBX has lost once more.

    False: it is too late, and the escalation goes on as without an alarm, with our own call or the
    desk. The caller holds the lock on the room and has read the occurrence's call and PBX.
    """
    if occurrence.state != Occurrence.State.PERSON:
        occurrence.state = Occurrence.State.PLACING
    occurrence.alarm_id = ""
    occurrence.placed_at = occurrence.seen_at = occurrence.next_check_at = None
    occurrence.save(update_fields=["state", "alarm_id", "placed_at", "seen_at", "next_check_at"])
    if placement.is_too_late(occurrence):
        lost = occurrence.attempts.filter(kind=Attempt.Kind.PBX, result=Attempt.Result.PENDING)
        lost.update(result=Attempt.Result.FAILED, detail="The PBX has lost the alarm.")
        enqueue_on_commit("wakeups.tasks.watch")
        return False
    placement.send([occurrence])
    return True
