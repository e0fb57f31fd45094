"""Batch jobs: one action for many stays, each with its own result (docs/jobs.md).

A job has a row for each stay, with the action's parameters and its result. The effect for a stay
and the state of its row are committed together, so an interrupted job resumes where it was.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Final, Literal, Protocol, cast
from uuid import UUID

from django.conf import settings
from django.core.checks import CheckMessage
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.utils.module_loading import import_string

from hotelpbx.advisory_locks import try_lock
from hotelpbx.clock import now
from hotelpbx.dotted_paths import import_errors
from hotelpbx.refusals import Refusal
from hotelpbx.task_queue.sending import enqueue_on_commit
from rooms.audit import Actor
from rooms.models import Job, JobItem, Property, Stay

log = logging.getLogger(__name__)

State = Job.State

# Jobs deleted in one transaction, with their items.
_DELETE_BATCH: Final = 20


class JobKind(Protocol):
    """The action of a job. Instances hold no state.

    :cvar batch_size: stays per transaction
    """

    batch_size: int

    def lock(self, job: Job, items: Sequence[JobItem]) -> Mapping[str, Stay]:
        """Take the locks for a batch of items in the usual order; returns the locked stays by
        reference."""

    def apply(self, item: JobItem, stay: Stay | None, actor: Actor) -> None:
        """Perform the action for one stay (None: it was not locked); raises :class:`Refusal`."""

    def finish(self, stays: Iterable[Stay]) -> None:
        """Perform what is done once for the whole batch, in the same transaction."""


@dataclass(frozen=True)
class Task:
    """The action for one stay: its reference, a label, and parameters for the kind of job."""

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
    """Create a job and enqueue it. ``key``: creating it twice returns the first job."""
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
    """Run the jobs that are not completed; returns how many. Safe to run concurrently."""
    waiting = Job.objects.exclude(state=State.COMPLETED).order_by("pk").select_related("property")
    return sum(run(job) for job in waiting)


def run(job: Job) -> bool:
    """Run the rest of a job; False: another process is running it."""
    with try_lock(f"job:{job.pk}") as mine:
        if not mine:
            return False
        job.refresh_from_db()
        if job.state == State.QUEUED:
            job.state, job.started_at = State.RUNNING, now()
            job.save(update_fields=["state", "started_at"])
        kind = _kinds()[job.kind]
        while _run_batch(job, kind):
            pass
        if job.state != State.COMPLETED:
            job.state, job.finished_at = State.COMPLETED, now()
            job.save(update_fields=["state", "finished_at"])
    return True


def _run_batch(job: Job, kind: JobKind) -> bool:
    """Run the next stays in one transaction; False: none is left."""
    with transaction.atomic():
        waiting = job.items.filter(state=JobItem.State.WAITING).order_by("position")
        items = list(waiting.select_for_update()[: kind.batch_size])
        stays = kind.lock(job, items)
        for item in items:
            _run_item(job, kind, item, stays.get(item.reference))
        kind.finish(stays.values())
        JobItem.objects.bulk_update(items, ["state", "code", "detail"])
    return bool(items)


def _run_item(job: Job, kind: JobKind, item: JobItem, stay: Stay | None) -> None:
    """Run one item. If it fails, the others still run."""
    item.state = JobItem.State.FAILED
    try:
        with transaction.atomic():
            kind.apply(item, stay, actor_of(job))
    except Refusal as refusal:
        item.code, item.detail = refusal.code, refusal.detail
    except (OperationalError, InterfaceError):
        raise  # an error of the database, not of the stay: the job is run again later
    except Exception as fault:
        log.exception("%s of %s failed.", item, job)
        item.code = "internal_error"
        item.detail = f"Internal error ({type(fault).__name__}): see the log."
    else:
        item.state = JobItem.State.DONE


def actor_of(job: Job) -> Actor:
    """Who requested it."""
    kind = cast("Literal['user', 'key', 'phone', 'system']", job.actor_kind)
    return Actor(kind, job.actor, job.source)


@cache
def _kinds() -> dict[str, JobKind]:
    return {name: import_string(path)() for name, path in settings.JOB_KINDS.items()}


def check_kinds(app_configs: Sequence[Any] | None, **kwargs: object) -> list[CheckMessage]:
    """Each path in the settings can be imported."""
    paths = ((f"Kind of job {name}, {path}", path) for name, path in settings.JOB_KINDS.items())
    return import_errors(paths, "rooms.E003")


def prune(property_: Property, before: datetime) -> int:
    """Delete a batch of jobs that were completed before an instant; returns how many."""
    old = property_.jobs.filter(state=State.COMPLETED, finished_at__lt=before).order_by("pk")[
        :_DELETE_BATCH
    ]
    with transaction.atomic():
        ids = list(old.values_list("pk", flat=True))
        JobItem.objects.filter(job__in=ids).delete()
        Job.objects.filter(pk__in=ids).delete()
    return len(ids)
