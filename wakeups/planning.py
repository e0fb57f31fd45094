"""Placing alarms on the PBX when their day has come, and taking them back.

Whoever calls holds the lock on the stay and its room; :func:`plan` takes it for each call.
"""

import logging
from datetime import timedelta
from typing import Final

from django.db import transaction

from hotelpbx.clock import now
from pbx import outbox
from rooms.locking import lock_with_room
from rooms.models import Stay
from wakeups import chain
from wakeups.house_rules import by_person, settings_of
from wakeups.models import Attempt, Occasion, WakeUpCall, WakeUpSettings
from wakeups.occasions import conclude, stop_calls, subject_of, take_back, twin
from wakeups.schedule import last_report, pbx_time, place_from, place_until

__all__ = ["conclude", "place_again", "plan", "plan_call", "subject_of", "take_back", "withdraw"]

log = logging.getLogger(__name__)

# No call is placed earlier than a day before it is due, so nothing further away is looked at.
HORIZON: Final = timedelta(hours=26)


def plan() -> int:
    """Take the steps that are due, then place what is due within a day; returns how many calls
    were seen."""
    chain.sweep()
    due = (
        WakeUpCall.objects.filter(due_at__lte=now() + HORIZON, status__in=WakeUpCall.OPEN)
        .order_by("due_at", "pk")
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
        plan_call(call)
        return True


def plan_call(call: WakeUpCall) -> None:
    """Place the next occasion of an open call, if its time for that has come."""
    if call.status not in WakeUpCall.OPEN or call.due_at is None or call.stay.room is None:
        return
    if call.occasions.filter(due_at=call.due_at).exclude(state=Occasion.State.WITHDRAWN).exists():
        return
    pbx = call.property.pbx
    zone = pbx.zone if pbx else call.property.zone
    if now() < place_from(call.due_at, zone):
        return
    occasion = _new_occasion(call)
    if not occasion.extension or pbx is None:
        if occasion.state != Occasion.State.PERSON:
            conclude(occasion, Occasion.State.FAILED, "There is no phone in the room.")
        return
    if occasion.rings_at is None or now() > place_until(occasion.rings_at):
        return  # too late for the PBX: the chain goes on without it
    other = twin(occasion)
    if other is not None:
        # One alarm for both: the PBX could not tell two equal ones apart (T2).
        if occasion.state != Occasion.State.PERSON:
            occasion.state = other.state
        occasion.alarm_id, occasion.placed_at = other.alarm_id, other.placed_at
        occasion.save()
        return
    outbox.place_alarm(
        pbx, occasion.extension, _alarm(call, occasion), subject=subject_of(occasion)
    )


def withdraw(call: WakeUpCall, *, wiped: bool = False) -> None:
    """Take back what was placed for a call. ``wiped``: the phone's alarms go by a check-out."""
    instant = now()
    for occasion in call.occasions.filter(state__in=Occasion.OPEN).select_for_update():
        stop_calls(occasion, "Withdrawn.")
        occasion.state = Occasion.State.WITHDRAWN
        occasion.save(update_fields=["state"])
        if not wiped:
            take_back(occasion)
    # Answered, but the PBX may ring once more, and somebody else may be in the room then.
    answered = call.occasions.filter(state=Occasion.State.ANSWERED, ends_at__gt=instant)
    for occasion in answered if not wiped else ():
        take_back(occasion)


def place_again(occasion: Occasion) -> bool:
    """The PBX has lost the alarm: place it once more. False: it is too late, the desk is alarmed.

    Whoever calls holds the lock on the room and has read the occasion's call and PBX.
    """
    pbx = occasion.call.property.pbx
    if pbx is None or now() > place_until(occasion.rings_at or occasion.due_at):
        conclude(occasion, Occasion.State.FAILED, "The PBX has lost the alarm.")
        return False
    occasion.state = Occasion.State.PLACING
    occasion.alarm_id = ""
    occasion.placed_at = None
    occasion.save(update_fields=["state", "alarm_id", "placed_at"])
    outbox.place_alarm(
        pbx, occasion.extension, _alarm(occasion.call, occasion), subject=subject_of(occasion)
    )
    return True


def _new_occasion(call: WakeUpCall) -> Occasion:
    """The next morning of a call, with the first of its attempts."""
    assert call.due_at is not None  # noqa: S101 (asked by who called)
    assert call.stay.room is not None  # noqa: S101 (the same)
    settings, pbx = settings_of(call.property), call.property.pbx
    person = by_person(call.stay, settings)
    rings_at = call.due_at + timedelta(minutes=settings.vip_backup_after if person else 0)
    has_alarm = not person or settings.vip_backup_after > 0
    occasion = Occasion.objects.create(
        call=call,
        due_at=call.due_at,
        extension=call.stay.room.main_extension,
        rings_at=rings_at if has_alarm else None,
        alarm_time=pbx_time(rings_at, pbx.zone if pbx else call.property.zone),
        state=Occasion.State.PERSON if person else Occasion.State.PLACING,
        ends_at=last_report(rings_at, call.repeats, call.repeat_interval),
    )
    kind = Attempt.Kind.PERSON if person else Attempt.Kind.PBX
    extension = "" if person else occasion.extension
    occasion.attempts.create(kind=kind, extension=extension, due_at=call.due_at)
    return occasion


def _alarm(call: WakeUpCall, occasion: Occasion) -> dict[str, str]:
    settings = WakeUpSettings.objects.filter(property=call.property).first()
    alarm = {
        "time": occasion.alarm_time,
        "repeats": str(call.repeats),
        "repeatinterval": str(call.repeat_interval),
        "not_after": place_until(occasion.rings_at or occasion.due_at).isoformat(),
    }
    if settings and settings.prompt:
        alarm["prompt"] = settings.prompt
    return alarm
