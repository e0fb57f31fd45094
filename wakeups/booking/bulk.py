"""Wake-up calls for many stays, booked as a job (docs/jobs.md)."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from hotelpbx.refusals import Refusal
from rooms.audit import Actor
from rooms.locking import lock_many
from rooms.models import Group, Job, JobItem, Property, Stay
from rooms.operations import jobs
from rooms.operations.jobs import Task
from wakeups.alarms import planning
from wakeups.booking import calls
from wakeups.booking.requests import WakeUpRequest, complete, refuse_past
from wakeups.models import WakeUpCall

KIND = "wake_up_calls"


@dataclass(frozen=True)
class RequestedCall:
    """One call to book: the stay, its name for people, and the request."""

    reference: str
    words: str
    request: WakeUpRequest
    outside_stay: bool = False


def create_job(
    property_: Property, wanted: Iterable[RequestedCall], *, actor: Actor, key: UUID | None = None
) -> Job:
    """Create the job that books the calls."""
    tasks = [Task(each.reference, each.words, _as_json(each)) for each in wanted]
    return jobs.create_job(property_, KIND, tasks, actor=actor, key=key)


def create_group_job(
    property_: Property,
    group: Group,
    request: WakeUpRequest,
    *,
    actor: Actor,
    outside_stay: bool = False,
) -> Job:
    """Create the job that books the same call for each stay of a group, in house or expected.

    Stays that are not in house yet appear among the failures, so that nobody is left out unnoticed.
    """
    request = complete(property_, request)
    refuse_past(property_, request)
    stays = (
        group.stays.filter(status__in=(Stay.Status.IN_HOUSE, Stay.Status.RESERVED))
        .select_related("room")
        .order_by("room__order", "room__number", "pk")
    )
    wanted = [
        RequestedCall(stay.reference, str(stay.room or ""), request, outside_stay) for stay in stays
    ]
    return create_job(property_, wanted, actor=actor)


class WakeUpCalls:
    """The kind of job: a wake-up call for each stay.

    A hundred at a time, so that one request to the PBX can set all their alarms.
    """

    batch_size = 100

    def lock(self, job: Job, items: Sequence[JobItem]) -> Mapping[str, Stay]:
        """Lock rooms in their order, then the stays."""
        wanted = Stay.objects.filter(
            property=job.property_id, reference__in=[item.reference for item in items]
        )
        return {stay.reference: stay for stay in lock_many(wanted)}

    def apply(self, item: JobItem, stay: Stay | None, actor: Actor) -> None:
        """Book the call."""
        if stay is None:
            raise Refusal(
                "stay_not_found",
                f"Stay {item.reference} is not there, or moves just now: look, and try again.",
                "not_found",
            )
        kept = dict(item.parameters)
        # Jobs created by an earlier version do not have it.
        outside = kept.pop("outside_stay", False)
        calls.book(stay, _from_json(kept), actor=actor, outside_stay=outside)

    def finish(self, stays: Iterable[Stay]) -> None:
        """Place the alarms that may be placed now."""
        made = WakeUpCall.objects.filter(stay__in=stays, status__in=WakeUpCall.OPEN)
        planning.place_calls(list(made.values_list("pk", flat=True)))


def _as_json(wanted: RequestedCall) -> dict[str, Any]:
    facts = {
        name: value.isoformat() if isinstance(value, dt.date | dt.time) else value
        for name, value in asdict(wanted.request).items()
    }
    return {**facts, "outside_stay": wanted.outside_stay}


def _from_json(found: Mapping[str, Any]) -> WakeUpRequest:
    until, day = found["until"], found["date"]
    return WakeUpRequest(
        **{
            **found,
            "date": dt.date.fromisoformat(day) if day else None,
            "time": dt.time.fromisoformat(found["time"]),
            "until": dt.date.fromisoformat(until) if until else None,
            "weekdays": tuple(found["weekdays"]),
        }
    )
