"""One action for many stays, each with its own result (docs/jobs.md).

A job is rows: what is to be done for each stay, and what came of it. The effect for a stay and the
mark on its row are committed together, so a job that is interrupted goes on where it was.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Final, Literal, Protocol, cast
from uuid import UUID

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.utils.module_loading import import_string

from hotelpbx.advisory_locks import try_lock
from hotelpbx.clock import now
from hotelpbx.refusals import Refusal
from hotelpbx.task_queue.sending import enqueue_on_commit
from rooms.audit import Actor
from rooms.models import Job, JobItem, Property, Stay

log = logging.getLogger(__name__)

State = Job.State

# Jobs that are deleted in one transaction, with their items.
_AT_ONCE: Final = 20


class JobKind(Protocol):
    """What is done for the stays of a job. Instances hold no state.

    :cvar together: how many stays in one transaction
    """

    batch_size: int

    def lock(self, job: Job, items: Sequence[JobItem]) -> Mapping[str, Stay]:
        """Take the locks of several acts in the house's order, before the first of them; returns
        the stays that the acts are given, by reference."""

    def apply(self, item: JobItem, stay: Stay | None, actor: Actor) -> None:
        """Do it for one stay (None: not among those locked); raises :class:`Refusal`."""

    def finish(self, stays: Iterable[Stay]) -> None:
        """What is left to do for all of them together, in the same transaction."""


@dataclass(frozen=True)
class Task:
    """What to do for one stay: its reference, words for a person, and what the kind needs."""

    reference: str
    words: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)


def create_job(
    property_: Property,
    kind: str,
    tasks: Iterable[Task],
    *,
    actor: Actor,
    key: UUID | None = None,
) -> Job:
    """Have something done for many stays, soon. ``key``: asked twice with it, it is one job."""
    _kinds()[kind]
    with transaction.atomic():
        try:
            with transaction.atomic():
                job = Job.objects.create(
                    property=property_,
                    kind=kind,
                    key=key,
                    actor_kind=actor.kind,
                    actor=actor.name[:150],
                    source=actor.source,
                    created_at=now(),
                )
        except IntegrityError:
            return Job.objects.get(property=property_, key=key)
        JobItem.objects.bulk_create(
            JobItem(
                job=job,
                position=position,
                reference=task.reference,
                words=task.words[:200],
                parameters=dict(task.parameters),
            )
            for position, task in enumerate(tasks)
        )
        enqueue_on_commit("rooms.tasks.run_jobs")
        return job


def run_due() -> int:
    """Run what is not completed; returns how many jobs were. Others may try at the same time."""
    waiting = Job.objects.exclude(state=State.COMPLETED).order_by("pk").select_related("property")
    return sum(run(job) for job in waiting)


def run(job: Job) -> bool:
    """Do what is left of a job; False: somebody else is at it."""
    with try_lock(f"job:{job.pk}") as mine:
        if not mine:
            return False
        job.refresh_from_db()
        if job.state == State.QUEUED:
            job.state, job.started_at = State.RUNNING, now()
            job.save(update_fields=["state", "started_at"])
        kind = _kinds()[job.kind]
        while _do_some(job, kind):
            pass
        if job.state != State.COMPLETED:
            job.state, job.finished_at = State.COMPLETED, now()
            job.save(update_fields=["state", "finished_at"])
    return True


def _do_some(job: Job, kind: JobKind) -> bool:
    """The next few stays in one transaction; False: none is left."""
    with transaction.atomic():
        waiting = job.items.filter(state=JobItem.State.WAITING).order_by("position")
        items = list(waiting.select_for_update()[: kind.batch_size])
        stays = kind.lock(job, items)
        for item in items:
            _do(job, kind, item, stays.get(item.reference))
        kind.finish(stays.values())
        JobItem.objects.bulk_update(items, ["state", "code", "detail"])
    return bool(items)


def _do(job: Job, kind: JobKind, item: JobItem, stay: Stay | None) -> None:
    """One stay that cannot have it stops no other."""
    item.state = JobItem.State.FAILED
    try:
        with transaction.atomic():
            kind.apply(item, stay, actor_of(job))
    except Refusal as refusal:
        item.code, item.detail = refusal.code, refusal.detail
    except (OperationalError, InterfaceError):
        raise  # the database is in trouble, not the stay: tried again later
    except Exception as fault:
        log.exception("%s of %s failed.", item, job)
        item.code = "internal_error"
        item.detail = f"The program failed with {type(fault).__name__}: see the log."
    else:
        item.state = JobItem.State.DONE


def actor_of(job: Job) -> Actor:
    """Who asked for it."""
    kind = cast("Literal['user', 'key', 'phone', 'system']", job.actor_kind)
    return Actor(kind, job.actor, job.source)


@cache
def _kinds() -> dict[str, JobKind]:
    return {name: import_string(path)() for name, path in settings.JOB_KINDS.items()}


def check_kinds(app_configs: Sequence[Any] | None, **kwargs: object) -> list[CheckMessage]:
    """Every path in the settings leads to a kind."""
    faults: list[CheckMessage] = []
    for name, path in settings.JOB_KINDS.items():
        try:
            import_string(path)
        except ImportError as fault:
            faults.append(Error(f"Kind of job {name}, {path}: {fault}", id="rooms.E003"))
    return faults


def prune(property_: Property, before: datetime) -> int:
    """Delete some jobs that were completed before an instant; returns how many."""
    old = property_.jobs.filter(state=State.COMPLETED, finished_at__lt=before).order_by("pk")[
        :_AT_ONCE
    ]
    with transaction.atomic():
        ids = list(old.values_list("pk", flat=True))
        JobItem.objects.filter(job__in=ids).delete()
        Job.objects.filter(pk__in=ids).delete()
    return len(ids)
