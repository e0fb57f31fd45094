"""Celery tasks: jobs, resync with the PBX, retention, nightly call records."""

from celery import shared_task

from rooms.operations import jobs, nightly_backfill, retention
from rooms.resync.running import request_nightly, run_due


@shared_task(name="rooms.tasks.resync_due")
def resync_due() -> None:
    run_due()


@shared_task(name="rooms.tasks.resync_nightly")
def resync_nightly() -> None:
    request_nightly()


@shared_task(name="rooms.tasks.run_jobs")
def run_jobs() -> None:
    jobs.run_due()


@shared_task(name="rooms.tasks.prune")
def prune() -> None:
    retention.prune()


@shared_task(name="rooms.tasks.fetch_nightly_records")
def fetch_nightly_records() -> None:
    nightly_backfill.fetch_due()
