"""Placing alarms on the PBX, for one call or for hundreds.

The caller holds the locks on the stays and their rooms.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hotelpbx.clock import now
from pbx import outbox
from pbx.models import Pbx, PbxLink
from rooms.models import Guest, Property, Stay
from wakeups.models import Attempt, Occurrence, WakeUpCall
from wakeups.occurrences import outbox_subject
from wakeups.schedule import last_report, pbx_time, place_from, place_until
from wakeups.settings import settings_of

State = Occurrence.State


def is_placeable(call: WakeUpCall, instant: datetime, by_person: Mapping[int, int]) -> bool:
    """Whether an alarm placed at ``instant`` rings when the call is due, and not a day earlier.

    Where the PBX is the backup for a person, the alarm rings later, and that time counts. The desk
    is alerted when the call is due in any case.

    :param by_person: see :func:`personal_calls`
    """
    if call.due_at is None:
        return False
    rings = timedelta(minutes=call.repeats * call.repeat_interval)
    backup = timedelta(minutes=by_person.get(call.stay_id, 0))
    ripe_at = place_from(call.due_at + backup, _zone(call.property), rings)
    return instant >= min(ripe_at, call.due_at)


def personal_calls() -> dict[int, int]:
    """Stays whose guests a person calls, and after how many minutes the PBX rings (0: never)."""
    settings = "stay__property__wake_up_settings"
    vips = Guest.objects.filter(vip=True, stay__status=Stay.Status.IN_HOUSE)
    vips = vips.filter(**{f"{settings}__vip_by_person": True})
    return dict(vips.values_list("stay", f"{settings}__vip_backup_after"))


def place(calls: Sequence[WakeUpCall]) -> list[Occurrence]:
    """Place the next occurrence of each open call of one property that may be placed now.

    A fixed number of queries for any number of calls, if rooms and phones are prefetched. An alarm
    that is too late for the PBX is not sent: the escalation goes on without it.

    :returns: those without a phone; the caller concludes them
    """
    instant, by_person = now(), personal_calls()
    placeable = [
        call
        for call in calls
        if call.status in WakeUpCall.OPEN
        and call.stay.room is not None
        and is_placeable(call, instant, by_person)
    ]
    existing = Occurrence.objects.filter(call__in=placeable).exclude(state=State.WITHDRAWN)
    there = set(existing.values_list("call", "due_at")) if placeable else set()
    fresh = _create([call for call in placeable if (call.pk, call.due_at) not in there], by_person)
    reached = [each for each in fresh if each.extension and each.call.property.pbx is not None]
    ahead = clock_ahead(reached[0].call.property.pbx) if reached else timedelta()
    send(_without_shared_alarms([each for each in reached if _in_time(each, instant, ahead)]))
    return [each for each in fresh if each not in reached and each.state != State.PERSON]


def is_current(occurrence: Occurrence, by_person: Mapping[int, int]) -> bool:
    """Whether it is placed as it would be now: time, phone, clock, person or PBX.

    Its call comes with the stay's room and phones.

    :param by_person: see :func:`personal_calls`
    """
    wanted = _occurrence(occurrence.call, by_person.get(occurrence.call.stay_id))
    same = all(
        getattr(occurrence, name) == getattr(wanted, name)
        for name in ("due_at", "extension", "rings_at", "alarm_time")
    )
    return same and (occurrence.state == State.PERSON) == (wanted.state == State.PERSON)


def is_too_late(occurrence: Occurrence) -> bool:
    """Whether the PBX's clock will have reached the alarm's time before the alarm arrives."""
    pbx = occurrence.call.property.pbx
    return pbx is None or not _in_time(occurrence, now(), clock_ahead(pbx))


def send(occurrences: Iterable[Occurrence], *, in_doubt: bool = False) -> None:
    """Have the PBX set the alarms. ``in_doubt``: query first, and set those that are missing."""
    by_property: dict[Property, list[Occurrence]] = {}
    for occurrence in occurrences:
        by_property.setdefault(occurrence.call.property, []).append(occurrence)
    for property_, own in by_property.items():
        if property_.pbx is not None:
            prompt, ahead = settings_of(property_).prompt, clock_ahead(property_.pbx)
            alarms = [
                (each.extension, _alarm(each, prompt, ahead), outbox_subject(each)) for each in own
            ]
            outbox.place_alarms(property_.pbx, alarms, in_doubt=in_doubt)


def _create(calls: Sequence[WakeUpCall], by_person: Mapping[int, int]) -> list[Occurrence]:
    """The next occurrence of each call, with its first attempt."""
    occurrences = Occurrence.objects.bulk_create(
        _occurrence(call, by_person.get(call.stay_id)) for call in calls
    )
    Attempt.objects.bulk_create(map(_first_attempt, occurrences))
    return occurrences


def _occurrence(call: WakeUpCall, backup: int | None) -> Occurrence:
    """``backup``: after how many minutes the PBX rings for a person; None: no person calls."""
    assert call.due_at is not None and call.stay.room is not None  # noqa: S101, PT018  it is placeable
    rings_at = call.due_at + timedelta(minutes=backup or 0)
    return Occurrence(
        call=call,
        due_at=call.due_at,
        room=call.stay.room.number,
        extension=call.stay.room.main_extension,
        rings_at=None if backup == 0 else rings_at,
        alarm_time=pbx_time(rings_at, _zone(call.property)),
        state=State.PLACING if backup is None else State.PERSON,
        ends_at=last_report(rings_at, call.repeats, call.repeat_interval),
    )


def _first_attempt(occurrence: Occurrence) -> Attempt:
    person = occurrence.state == State.PERSON
    return Attempt(
        occurrence=occurrence,
        kind=Attempt.Kind.PERSON if person else Attempt.Kind.PBX,
        extension="" if person else occurrence.extension,
        due_at=occurrence.due_at,
    )


def _in_time(occurrence: Occurrence, instant: datetime, ahead: timedelta) -> bool:
    return occurrence.rings_at is not None and instant <= place_until(occurrence.rings_at, ahead)


def _without_shared_alarms(occurrences: Sequence[Occurrence]) -> list[Occurrence]:
    """Those that need an alarm of their own.

    Two stays of one room that are woken at the same time share one: the PBX cannot tell two equal
    alarms apart (T2).
    """
    known = _open_alarms(occurrences)
    own, joined = [], []
    for occurrence in occurrences:
        key = (occurrence.extension, occurrence.rings_at)
        if (shared := known.get(key)) is None:
            known[key] = occurrence
            own.append(occurrence)
            continue
        if occurrence.state != State.PERSON and shared.state != State.PERSON:
            occurrence.state = shared.state
        occurrence.alarm_id, occurrence.placed_at = shared.alarm_id, shared.placed_at
        occurrence.seen_at = shared.seen_at
        joined.append(occurrence)
    Occurrence.objects.bulk_update(joined, ["state", "alarm_id", "placed_at", "seen_at"])
    return own


def _open_alarms(
    occurrences: Sequence[Occurrence],
) -> dict[tuple[str, datetime | None], Occurrence]:
    """Other open occurrences of the same phones at the same times."""
    if not occurrences:
        return {}
    found = Occurrence.objects.filter(
        call__property=occurrences[0].call.property_id,
        extension__in=[occurrence.extension for occurrence in occurrences],
        rings_at__in=[occurrence.rings_at for occurrence in occurrences],
        state__in=Occurrence.OPEN,
    ).exclude(pk__in=[occurrence.pk for occurrence in occurrences])
    return {(each.extension, each.rings_at): each for each in found}


def _alarm(occurrence: Occurrence, prompt: str, ahead: timedelta) -> dict[str, str]:
    """An alarm in the words of the outbox."""
    alarm = {
        "time": occurrence.alarm_time,
        "repeats": str(occurrence.call.repeats),
        "repeatinterval": str(occurrence.call.repeat_interval),
        "not_after": place_until(occurrence.rings_at or occurrence.due_at, ahead).isoformat(),
    }
    return {**alarm, "prompt": prompt} if prompt else alarm


def _zone(property_: Property) -> ZoneInfo:
    return property_.pbx.zone if property_.pbx else property_.zone


def clock_ahead(pbx: Pbx | None) -> timedelta:
    """How far the PBX's clock was ahead of ours at the last heartbeat."""
    link = PbxLink.objects.filter(pbx=pbx).first()
    return timedelta(seconds=(link and link.clock_difference) or 0)
