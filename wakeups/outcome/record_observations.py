"""Recording what was reported about a phone with the attempts that it may concern.

Nothing is concluded here: that is the sweep's (:mod:`wakeups.escalation.sweep`), which is queued.
The room is locked first, as everywhere: another handler of the same report may need it to charge
a call.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from hotelpbx.task_queue.sending import enqueue_on_commit
from rooms.locking import lock_rooms
from rooms.models import Property, Room
from wakeups.models import Attempt, Occurrence
from wakeups.outcome.observations import Sign
from wakeups.schedule import RING_OUT

# The PBX's clock may be ahead of ours, or behind, by as much without being wrong (design §4).
EARLY: Final = timedelta(seconds=60)
# More than a call of ours or a ring can have; a telephone gone mad must not fill the table.
_MOST: Final = 80

_OURS: Final = (*Attempt.OURS, Attempt.Kind.DESK)


def keep(property_: Property, extension: str, sign: Sign) -> bool:
    """Add ``sign`` to every attempt at ``extension`` that it may be about; False: there is none."""
    ours = _our_calls(property_, extension, sign)
    waiting = list(_waiting(property_, extension, sign.at))
    if not ours and not waiting:
        return False
    lock_rooms(Room.objects.filter(phones__property=property_, phones__extension=extension))
    wanted = [*ours, *_rings(waiting, extension, sign)]
    if not wanted:
        return False
    look_soon(wanted)
    attempts = Attempt.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
    kept = [_add(attempt, sign) for attempt in attempts]
    if any(kept):
        enqueue_on_commit("wakeups.tasks.watch")
    return bool(kept)


def look_soon(attempts: list[int]) -> None:
    """Something is new about these; an occurrence is always locked before its attempts."""
    ids = Attempt.objects.filter(pk__in=attempts).values_list("occurrence", flat=True)
    occurrences = Occurrence.objects.filter(pk__in=list(ids)).order_by("pk")
    list(occurrences.select_for_update(no_key=True).values_list("pk", flat=True))
    occurrences.update(look_at=None)


def extension_of_call(property_: Property, callid: str) -> str:
    """At which phone a call of ours with that id rings; empty: it is none of ours."""
    ours = Attempt.objects.filter(
        occurrence__call__property=property_, kind__in=_OURS, callid=callid
    ).exclude(callid="")
    return ours.values_list("extension", flat=True).first() or ""


def ring_due_at(occurrence: Occurrence, at: datetime) -> datetime | None:
    """When the ring of the PBX was due that something at ``at`` may be about; None: no ring.

    ``repeats`` may count all rings or those after the first (T6): one more is allowed for.
    """
    if occurrence.rings_at is None:
        return None
    interval = timedelta(minutes=occurrence.call.repeat_interval)
    number = min((at + EARLY - occurrence.rings_at) // interval, occurrence.call.repeats)
    due_at = occurrence.rings_at + number * interval
    return due_at if number >= 0 and at <= due_at + RING_OUT + EARLY else None


def _our_calls(property_: Property, extension: str, sign: Sign) -> list[int]:
    """Calls of ours that are being made, and those that such a report is the late end of."""
    open_ = Q(result__in=Attempt.OPEN, due_at__lte=sign.at + timedelta(seconds=2))
    known = Q(callid=sign.callid) if sign.callid else Q(pk__in=())
    return list(
        Attempt.objects.filter(open_ | known, kind__in=_OURS, extension=extension)
        .filter(occurrence__call__property=property_)
        .values_list("pk", flat=True)
    )


def _rings(waiting: list[Occurrence], extension: str, sign: Sign) -> list[int]:
    """The rings of the PBX that it may be about; the second and later are made when heard of."""
    found: list[int] = []
    for occurrence in waiting:
        due_at = ring_due_at(occurrence, sign.at)
        if due_at is None or occurrence.attempts.filter(kind__in=Attempt.OURS).exists():
            continue
        attempt, _ = Attempt.objects.get_or_create(
            occurrence=occurrence,
            kind=Attempt.Kind.PBX,
            due_at=due_at,
            defaults={"extension": extension},
        )
        found.append(attempt.pk)
    return found


def _waiting(property_: Property, extension: str, at: datetime) -> QuerySet[Occurrence]:
    return Occurrence.objects.filter(
        call__property=property_,
        extension=extension,
        state__in=Occurrence.OPEN,
        rings_at__lte=at + EARLY,
        ends_at__gte=at,
    ).select_related("call")


def _add(attempt: Attempt, sign: Sign) -> bool:
    if len(attempt.evidence) >= _MOST:
        return False
    attempt.evidence = [*attempt.evidence, sign.as_json()]
    attempt.save(update_fields=["evidence"])
    return True
