"""Comparing the alarms on the PBX with those that hotelpbx has placed."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from hotelpbx.clock import now
from pbx import outbox
from pbx.client import PlacedAlarm
from rooms.locking import lock_rooms
from rooms.models import Phone, Property
from rooms.resync.difference import Difference, Survey
from rooms.resync.phones import SUBJECT
from wakeups.alarms import foreign_alarms, planning
from wakeups.models import Occurrence
from wakeups.schedule import last_ring

# An alarm that rings during the query may be missing from the list.
_MARGIN: Final = timedelta(seconds=15)
_ONCE: Final = "onetime"
_WAITING: Final = (Occurrence.State.PLACED, Occurrence.State.PERSON)
# How long after its time an alarm is still recognized as ours.
_RECOGNIZED: Final = timedelta(days=60)


class Alarms:
    """The part of a comparison for what :mod:`wakeups.alarms.planning` has placed."""

    name = "alarms"

    def compare(self, survey: Survey) -> Iterable[Difference]:
        for phone in survey.phones:
            alarms = survey.client.wakeupcalls.query(phone.extension)
            yield from _differences(survey.property_, phone, alarms)

    def repair(self, property_: Property, difference: Difference) -> str:
        kind, _, number = difference.key.partition(":")
        with transaction.atomic():
            phone = Phone.objects.filter(property=property_, extension=difference.extension).first()
            if phone is None or property_.pbx is None:
                return "left: the phone is in no room any more"
            lock_rooms([phone.room])
            if kind == "missing":
                return _place_lost_alarm(property_, int(number))
            alarm = {"time": difference.actual[:5]}
            if kind == "extra" and _is_set_now(property_, phone.extension, alarm["time"]):
                return "left: a wake-up call is set for that time now"
            outbox.remove_alarm(
                property_.pbx, phone.extension, alarm, subject=SUBJECT, alarm_id=number
            )
        return "is being repaired"


def _placed(property_: Property, extension: str) -> list[Occurrence]:
    """Occurrences whose alarm must be on the PBX: a ring is to come, and none is known so far.

    A VIP's alarm is there in case nobody calls them.
    """
    placed = Occurrence.objects.filter(
        call__property=property_,
        extension=extension,
        state__in=_WAITING,
        placed_at__isnull=False,
        rings_at__isnull=False,
    ).select_related("call")
    return [each for each in placed if _rings_until(each) > now() + _MARGIN]


def _rings_until(occurrence: Occurrence) -> datetime:
    call = occurrence.call
    return last_ring(occurrence.rings_at or occurrence.due_at, call.repeats, call.repeat_interval)


def _differences(
    property_: Property, phone: Phone, alarms: tuple[PlacedAlarm, ...]
) -> Iterator[Difference]:
    there = {alarm.time: alarm for alarm in alarms if alarm.type == _ONCE}
    for occurrence in _placed(property_, phone.extension):
        if occurrence.alarm_time in there:
            _mark_found(occurrence, there[occurrence.alarm_time])
        else:
            yield _difference(
                phone, f"missing:{occurrence.pk}", occurrence.alarm_time, "none", ours=True
            )
    others = [alarm for alarm in alarms if not _is_wanted(property_, phone.extension, alarm)]
    ours = [alarm for alarm in others if _was_ours(property_, phone.extension, alarm)]
    foreign_alarms.replace_all(
        property_, phone.extension, [each for each in others if each not in ours]
    )
    for alarm in others:
        yield _difference(
            phone,
            f"extra:{alarm.id}",
            "none of ours",
            f"{alarm.time} {alarm.type}".strip(),
            ours=alarm in ours,
            can_repair=bool(alarm.id) and alarm.type == _ONCE,
        )


def _mark_found(occurrence: Occurrence, alarm: PlacedAlarm) -> None:
    """The alarm of an occurrence is on the PBX: its id is known now (T2)."""
    placed = Occurrence.objects.filter(pk=occurrence.pk, state=Occurrence.State.PLACED)
    placed.update(alarm_id=alarm.id, seen_at=now())


def _is_wanted(property_: Property, extension: str, alarm: PlacedAlarm) -> bool:
    """Whether it belongs to an open occurrence: our alarms ring once."""
    return alarm.type == _ONCE and _is_set_now(property_, extension, alarm.time)


def _is_set_now(property_: Property, extension: str, time: str) -> bool:
    """Whether an open occurrence of the phone has an alarm at ``time``, rung or not."""
    return Occurrence.objects.filter(
        call__property=property_,
        extension=extension,
        alarm_time=time,
        state__in=Occurrence.OPEN,
    ).exists()


def _was_ours(property_: Property, extension: str, alarm: PlacedAlarm) -> bool:
    """Whether we placed it, by everything that identifies it, and its occurrence is over.

    Others were set by the guest on the phone, or on the PBX (T35).
    """
    return (
        alarm.type == _ONCE
        and bool(alarm.id)
        and alarm.repeats is not None
        and alarm.repeat_interval is not None
        and Occurrence.objects.filter(
            call__property=property_,
            extension=extension,
            alarm_id=alarm.id,
            alarm_time=alarm.time,
            call__repeats=alarm.repeats,
            call__repeat_interval=alarm.repeat_interval,
            due_at__gt=now() - _RECOGNIZED,
        )
        .exclude(state__in=Occurrence.OPEN)
        .exists()
    )


def _place_lost_alarm(property_: Property, number: int) -> str:
    occurrence = (
        Occurrence.objects.select_for_update(of=("self",), no_key=True)
        .select_related("call__stay__room", "call__property__pbx")
        .filter(pk=number, call__property=property_, state__in=_WAITING)
        .first()
    )
    if occurrence is None:
        return "left: the wake-up call has changed since"
    return (
        "is being repaired"
        if planning.place_lost_alarm(occurrence)
        else "too late to be set again: the guest is called"
    )


def _difference(
    phone: Phone, key: str, expected: str, actual: str, *, ours: bool, can_repair: bool = True
) -> Difference:
    return Difference(
        part=Alarms.name,
        key=key,
        extension=phone.extension,
        room=phone.room.number,
        what="wake-up alarm",
        expected=expected,
        actual=actual,
        ours=ours,
        can_repair=can_repair,
    )
