"""Placing alarms on the PBX when their day has come, and closing what is over.

Whoever calls holds the lock on the stay and its room; :func:`plan` takes it for each call.
"""

import logging
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from events import log as events
from hotelpbx.clock import now
from pbx import outbox
from rooms.locking import lock_with_room
from rooms.models import Stay
from wakeups.facts import call_facts
from wakeups.models import Occasion, WakeUpCall, WakeUpSettings
from wakeups.recurrence import next_due
from wakeups.schedule import last_report, pbx_time, place_from, place_until

log = logging.getLogger(__name__)

# No call is placed earlier than a day before it is due, so nothing further away is looked at.
HORIZON: Final = timedelta(hours=26)

_OUTCOMES: Final = {
    Occasion.State.ANSWERED: (WakeUpCall.Status.COMPLETED, "wake_up_call.completed"),
    Occasion.State.NO_ANSWER: (WakeUpCall.Status.NO_ANSWER, "wake_up_call.no_answer"),
    Occasion.State.UNKNOWN: (WakeUpCall.Status.UNKNOWN, "wake_up_call.unknown"),
    Occasion.State.FAILED: (WakeUpCall.Status.FAILED, "wake_up_call.failed"),
}


def plan() -> int:
    """Place what is due within a day and close what is over; returns how many calls were seen."""
    instant = now()
    due = (
        WakeUpCall.objects.filter(
            Q(occasions__state__in=Occasion.OPEN, occasions__due_at__lte=instant)
            | Q(due_at__lte=instant + HORIZON),
            status__in=WakeUpCall.OPEN,
        )
        .order_by("due_at", "pk")
        .distinct()
        .values_list("pk", flat=True)
    )
    seen = 0
    for pk in list(due):
        try:
            seen += _look_after(pk)
        except Exception:
            # One call that cannot be planned must not cost the others their morning.
            log.exception("Wake-up call %s could not be planned.", pk)
    return seen


def _look_after(pk: int) -> bool:
    with transaction.atomic():
        stay = Stay.objects.filter(wake_up_calls=pk).first()
        if stay is None:
            return False
        lock_with_room(stay)
        call = (
            WakeUpCall.objects.select_for_update(of=("self",))
            .select_related("stay__room", "stay__property__pbx", "property")
            .filter(pk=pk, status__in=WakeUpCall.OPEN)
            .first()
        )
        if call is None:
            return False
        _close(call)
        plan_call(call)
        return True


def plan_call(call: WakeUpCall) -> None:
    """Place the next occasion of an open call, if its time for that has come."""
    pbx = call.property.pbx
    if call.status not in WakeUpCall.OPEN or call.due_at is None or call.stay.room is None:
        return
    if call.occasions.filter(due_at=call.due_at).exclude(state=Occasion.State.WITHDRAWN).exists():
        return
    zone = pbx.zone if pbx else call.property.zone
    instant = now()
    if instant < place_from(call.due_at, zone):
        return
    occasion = Occasion.objects.create(
        call=call,
        due_at=call.due_at,
        extension=call.stay.room.main_extension,
        alarm_time=pbx_time(call.due_at, zone),
        ends_at=last_report(call.due_at, call.repeats, call.repeat_interval),
    )
    if pbx is None or not occasion.extension:
        conclude(occasion, Occasion.State.FAILED, "There is no phone in the room.")
        return
    if instant > place_until(call.due_at):
        conclude(occasion, Occasion.State.FAILED, "It was too late to tell the PBX.")
        return
    twin = _twin(occasion)
    if twin is not None:
        # One alarm for both: the PBX could not tell two equal ones apart (T2).
        occasion.state = twin.state
        occasion.alarm_id = twin.alarm_id
        occasion.save()
        return
    outbox.place_alarm(
        pbx, occasion.extension, _alarm(call, occasion), subject=subject_of(occasion)
    )


def withdraw(call: WakeUpCall, *, wiped: bool = False) -> None:
    """Take back what was placed for a call. ``wiped``: the phone's alarms go by a check-out."""
    for occasion in call.occasions.filter(state__in=Occasion.OPEN).select_for_update():
        occasion.state = Occasion.State.WITHDRAWN
        occasion.save(update_fields=["state"])
        if not wiped and _twin(occasion) is None:
            take_back(occasion)


def place_again(occasion: Occasion) -> bool:
    """The PBX has lost the alarm: place it once more. False: it is too late, the desk is alarmed.

    Whoever calls holds the lock on the room and has read the occasion's call and PBX.
    """
    pbx = occasion.call.property.pbx
    if pbx is None or now() > place_until(occasion.due_at):
        conclude(occasion, Occasion.State.FAILED, "The PBX has lost the alarm.")
        return False
    occasion.state = Occasion.State.PLACING
    occasion.alarm_id = ""
    occasion.save(update_fields=["state", "alarm_id"])
    outbox.place_alarm(
        pbx, occasion.extension, _alarm(occasion.call, occasion), subject=subject_of(occasion)
    )
    return True


def take_back(occasion: Occasion) -> None:
    """Remove the alarm of an occasion from the PBX, if it is there."""
    pbx = occasion.call.property.pbx
    if pbx is None:
        return
    outbox.remove_alarm(
        pbx,
        occasion.extension,
        {"time": occasion.alarm_time},
        subject=subject_of(occasion),
        alarm_id=occasion.alarm_id,
    )


def conclude(occasion: Occasion, state: Occasion.State, detail: str = "") -> None:
    """Write what became of an occasion, and let the call go on to its next one."""
    call = occasion.call
    occasion.state = state
    occasion.detail = detail
    occasion.save()
    call.status, event = _OUTCOMES[state]
    call.due_at = next_due(call, occasion.due_at)
    facts = {**call_facts(call), "due_at": occasion.due_at.isoformat(), "detail": detail}
    if call.due_at is not None:
        call.status = WakeUpCall.Status.PENDING
    call.save()
    events.record(call.property.code, event, facts)


def subject_of(occasion: Occasion) -> str:
    """Under which subject the outbox keeps the phone work of an occasion."""
    return f"wake-up:{occasion.pk}"


def _close(call: WakeUpCall) -> None:
    """Conclude the occasions of a call about which no report is expected any more."""
    instant = now()
    ended = call.occasions.filter(state__in=Occasion.OPEN, due_at__lte=instant)
    for occasion in ended.select_for_update():
        occasion.call = call
        if occasion.state == Occasion.State.PLACING and instant > occasion.due_at:
            conclude(occasion, Occasion.State.FAILED, "The PBX could not be told in time.")
            take_back(occasion)
        elif instant < occasion.ends_at:
            continue
        elif occasion.state == Occasion.State.RINGING:
            conclude(occasion, Occasion.State.NO_ANSWER, "The phone rang and nobody answered.")
        else:
            conclude(occasion, Occasion.State.UNKNOWN, "No report tells whether the phone rang.")
            take_back(occasion)


def _twin(occasion: Occasion) -> Occasion | None:
    """Another open occasion with the same alarm: two stays of one room, woken together."""
    return (
        Occasion.objects.filter(
            extension=occasion.extension,
            due_at=occasion.due_at,
            state__in=Occasion.OPEN,
            call__property=occasion.call.property_id,
        )
        .exclude(pk=occasion.pk)
        .first()
    )


def _alarm(call: WakeUpCall, occasion: Occasion) -> dict[str, str]:
    settings = WakeUpSettings.objects.filter(property=call.property).first()
    alarm = {
        "time": occasion.alarm_time,
        "repeats": str(call.repeats),
        "repeatinterval": str(call.repeat_interval),
        "not_after": place_until(occasion.due_at).isoformat(),
    }
    if settings and settings.prompt:
        alarm["prompt"] = settings.prompt
    return alarm
