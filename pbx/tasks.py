"""Celery tasks: those that are enqueued on commit, and the periodic sweeps."""

from celery import shared_task

from hotelpbx.clock import now
from hotelpbx.task_queue.sending import enqueue
from pbx import cdr_backfill, link, worker_heartbeat
from pbx.delivery import deliver_due, release_stale
from pbx.models import Command, Pbx, Report
from pbx.reports import processing


@shared_task(name="pbx.tasks.deliver")
def deliver(pbx_id: int) -> None:
    """Deliver the due commands of one PBX."""
    pbx = Pbx.objects.filter(pk=pbx_id).first()
    if pbx is not None:
        deliver_due(pbx)


@shared_task(name="pbx.tasks.process_reports")
def process_reports(pbx_id: int) -> None:
    """Process the stored reports of one PBX."""
    pbx = Pbx.objects.filter(pk=pbx_id).first()
    if pbx is not None:
        processing.process_reports(pbx)


@shared_task(name="pbx.tasks.sweep_commands")
def sweep_commands() -> None:
    """Release expired claims and enqueue delivery for every PBX with due commands."""
    release_stale()
    due = Command.objects.filter(state=Command.State.WAITING, next_try_at__lte=now())
    for pbx_id in due.values_list("pbx", flat=True).distinct():
        enqueue("pbx.tasks.deliver", pbx_id)


@shared_task(name="pbx.tasks.sweep_reports")
def sweep_reports() -> None:
    """Enqueue processing for every PBX with unprocessed reports."""
    waiting = Report.objects.filter(state=Report.State.RECEIVED)
    for pbx_id in waiting.values_list("pbx", flat=True).distinct():
        enqueue("pbx.tasks.process_reports", pbx_id)


@shared_task(name="pbx.tasks.keep_sessions")
def keep_sessions() -> None:
    """Enqueue the session check of every PBX."""
    for pbx_id in Pbx.objects.values_list("pk", flat=True):
        enqueue("pbx.tasks.keep_session", pbx_id)


@shared_task(name="pbx.tasks.keep_session")
def keep_session(pbx_id: int) -> None:
    """Keep the session with one PBX alive, and download missed calls if due."""
    pbx = Pbx.objects.filter(pk=pbx_id).first()
    if pbx is not None:
        link.keep_alive(pbx)
        cdr_backfill.backfill_if_due(pbx)


@shared_task(name="pbx.tasks.note_the_worker_lives")
def record_worker_heartbeat() -> None:
    """Store that a worker is running."""
    worker_heartbeat.record()
