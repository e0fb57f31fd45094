"""Recording what is reported about a phone with the attempts that it may concern.

Nothing is assessed here: the sweep (:mod:`wakeups.escalation.sweep`) does that, and is enqueued.
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
from wakeups.models.observation import Observation
from wakeups.schedule import RING_OUT

# The PBX's clock may differ from ours by this much (docs/wake-up-calls.md).
CLOCK_TOLERANCE: Final = timedelta(seconds=60)
# More than any attempt can have; a defective phone must not fill the table.
_MAX_OBSERVATIONS: Final = 80

_OUTGOING: Final = (*Attempt.OUTGOING, Attempt.Kind.DESK)


def record_observation(property_: Property, extension: str, observation: Observation) -> bool:
    """Add it to every attempt at ``extension`` that it may concern; False: there is none."""
    outgoing = _outgoing_calls(property_, extension, observation)
    waiting = list(_waiting(property_, extension, observation.at))
    if not outgoing and not waiting:
        return False
    lock_rooms(Room.objects.filter(phones__property=property_, phones__extension=extension))
    concerned = [*outgoing, *_rings(waiting, extension, observation)]
    if not concerned:
        return False
    check_soon(concerned)
    attempts = (
        Attempt.objects.select_for_update(no_key=True).filter(pk__in=concerned).order_by("pk")
    )
    added = [_add(attempt, observation) for attempt in attempts]
    if any(added):
        enqueue_on_commit("wakeups.tasks.watch")
    return bool(added)


def check_soon(attempts: list[int]) -> None:
    """Have the sweep check these attempts. An occurrence is locked before its attempts."""
    ids = Attempt.objects.filter(pk__in=attempts).values_list("occurrence", flat=True)
    occurrences = Occurrence.objects.filter(pk__in=list(ids)).order_by("pk")
    list(occurrences.select_for_update(no_key=True).values_list("pk", flat=True))
    occurrences.update(next_check_at=None)


def extension_of_call(property_: Property, callid: str) -> str:
    """The phone that a call of ours with this id rings; empty: it is no call of ours."""
    outgoing = Attempt.objects.filter(
        occurrence__call__property=property_, kind__in=_OUTGOING, callid=callid
    ).exclude(callid="")
    return outgoing.values_list("extension", flat=True).first() or ""


def ring_due_at(occurrence: Occurrence, at: datetime) -> datetime | None:
    """When the ring was due that an observation at ``at`` may belong to; None: no ring.

    ``repeats`` may count all rings or only those after the first (T6), so one more is allowed.
    """
    if occurrence.rings_at is None:
        return None
    interval = timedelta(minutes=occurrence.call.repeat_interval)
    number = min((at + CLOCK_TOLERANCE - occurrence.rings_at) // interval, occurrence.call.repeats)
    due_at = occurrence.rings_at + number * interval
    return due_at if number >= 0 and at <= due_at + RING_OUT + CLOCK_TOLERANCE else None


def _outgoing_calls(property_: Property, extension: str, observation: Observation) -> list[int]:
    """Open calls of ours, and closed ones whose call the observation names."""
    open_ = Q(result__in=Attempt.OPEN, due_at__lte=observation.at + timedelta(seconds=2))
    known = Q(callid=observation.callid) if observation.callid else Q(pk__in=())
    return list(
        Attempt.objects.filter(open_ | known, kind__in=_OUTGOING, extension=extension)
        .filter(occurrence__call__property=property_)
        .values_list("pk", flat=True)
    )


def _rings(waiting: list[Occurrence], extension: str, observation: Observation) -> list[int]:
    """The PBX's rings that it may belong to; the second and later are created when reported."""
    found: list[int] = []
    for occurrence in waiting:
        due_at = ring_due_at(occurrence, observation.at)
        if due_at is None or occurrence.attempts.filter(kind__in=Attempt.OUTGOING).exists():
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
        rings_at__lte=at + CLOCK_TOLERANCE,
        ends_at__gte=at,
    ).select_related("call")


def _add(attempt: Attempt, observation: Observation) -> bool:
    if len(attempt.evidence) >= _MAX_OBSERVATIONS:
        return False
    attempt.evidence = [*attempt.evidence, observation.as_json()]
    attempt.save(update_fields=["evidence"])
    return True
