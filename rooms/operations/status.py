"""The status of a property: the numbers behind health checks, desk, REST and metrics."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, QuerySet, Subquery

from hotelpbx.clock import now
from pbx.models import Command, PbxLink, Report, Traffic, WorkerHeartbeat
from rooms.models import Phone, Property, Stay
from rooms.operations import attention
from rooms.operations.combined_queries import combined_values, count_of

# Statuses of a phone that cannot be called.
OUT_OF_REACH: Final = (Phone.Status.UNAVAILABLE, Phone.Status.MALFUNCTION)

_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class PropertyStatus:
    """The operating numbers of a property. Instants are None where there is none.

    :param link: without the token; None: there is no PBX, or it was never contacted
    :param phones: number of phones by status
    :param attention: number of attention items by kind
    :param requests: to the PBX within the last whole minute
    :param errors: those of them that failed
    :param guests_at_limit: number of stays in house that have reached their credit limit
    """

    at: datetime
    link: PbxLink | None
    worker_seen_at: datetime | None
    reports_waiting: int
    oldest_report_at: datetime | None
    commands_waiting: int
    oldest_command_at: datetime | None
    commands_failed: int
    oldest_failure_at: datetime | None
    phones: dict[str, int]
    attention: dict[str, int]
    requests: int
    errors: int
    guests_at_limit: int

    def age(self, instant: datetime | None) -> float | None:
        """Seconds since ``instant``; None where there is none."""
        return None if instant is None else (self.at - instant).total_seconds()

    @property
    def phones_out_of_reach(self) -> int:
        """The number of phones that cannot be called."""
        return sum(self.phones.get(status, 0) for status in OUT_OF_REACH)

    @property
    def needing_a_person(self) -> int:
        """The number of attention items."""
        return sum(self.attention.values())


def read_status(property_: Property) -> PropertyStatus:
    """The current numbers, in three queries."""
    instant = now()
    counters = attention.counters(property_)
    found = combined_values(property_, {**counters, **_queries(property_, instant)})
    phones = Phone.objects.filter(property=property_).order_by().values_list("status")
    return PropertyStatus(
        at=instant,
        link=PbxLink.objects.select_related("pbx")
        .defer("token")
        .filter(pbx=property_.pbx_id)
        .first(),
        worker_seen_at=found["worker_seen_at"],
        reports_waiting=found["reports_waiting"] or 0,
        oldest_report_at=found["oldest_report_at"],
        commands_waiting=found["commands_waiting"] or 0,
        oldest_command_at=found["oldest_command_at"],
        commands_failed=found["commands_failed"] or 0,
        oldest_failure_at=found["oldest_failure_at"],
        phones=dict(phones.annotate(number=Count("pk"))),
        attention={kind: found[kind] or 0 for kind in counters},
        requests=found["requests"] or 0,
        errors=found["errors"] or 0,
        guests_at_limit=found["guests_at_limit"] or 0,
    )


def _queries(property_: Property, instant: datetime) -> dict[str, Subquery]:
    pbx = property_.pbx_id
    reports = Report.objects.filter(pbx=pbx, state=Report.State.RECEIVED)
    commands = Command.objects.filter(pbx=pbx)
    waiting = commands.filter(state__in=[Command.State.WAITING, Command.State.IN_FLIGHT])
    failed = commands.filter(state=Command.State.FAILED)
    minute = instant.replace(second=0, microsecond=0) - _MINUTE
    in_house = Stay.objects.filter(property=property_, status=Stay.Status.IN_HOUSE)
    barred = in_house.filter(phone_barred=True)
    traffic = Traffic.objects.filter(pbx=pbx, minute=minute)
    return {
        "worker_seen_at": _first(WorkerHeartbeat.objects.order_by("pk"), "beaten_at"),
        "reports_waiting": count_of(reports),
        "oldest_report_at": _first(reports.order_by("pk"), "received_at"),
        "commands_waiting": count_of(waiting),
        "oldest_command_at": _first(waiting.order_by("created_at"), "created_at"),
        "commands_failed": count_of(failed),
        "oldest_failure_at": _first(failed.order_by("finished_at"), "finished_at"),
        "requests": _first(traffic, "requests"),
        "errors": _first(traffic, "errors"),
        "guests_at_limit": count_of(barred),
    }


def _first(rows: QuerySet[Any], field: str) -> Subquery:
    """One field of the first row."""
    return Subquery(rows.values(field)[:1])
