"""Checks of what all hotels share: database, broker, workers, environment."""

from collections.abc import Iterator

from django.conf import settings

from configuration.doctor.findings import Finding, fault, ok, warning
from hotelpbx.clock import now
from hotelpbx.http.health import database_fault
from hotelpbx.task_queue import broker
from pbx import worker_heartbeat
from rooms.operations.health import HEARTBEAT_MISSING


def database() -> Iterator[Finding]:
    """It answers, and all migrations are applied."""
    detail = database_fault()
    if detail is None:
        yield ok("database", "It answers, and all migrations are applied.")
    elif "migrate" in detail:
        yield fault("database", "Migrations are not applied.", "Run manage.py migrate.")
    else:
        yield fault("database", detail, "Start PostgreSQL, or correct DATABASE_URL.")


def redis() -> Iterator[Finding]:
    """The broker answers."""
    if broker.is_reachable():
        yield ok("broker", "Redis answers.")
    else:
        yield fault(
            "broker",
            "Redis does not answer: the workers receive no tasks.",
            "Start Redis, or correct REDIS_URL. Nothing is lost, only delayed.",
        )


def workers() -> Iterator[Finding]:
    """A worker has just run a task that beat sent."""
    last = worker_heartbeat.last_heartbeat()
    remedy = "Start the worker and beat processes of the Procfile, and check their output."
    if last is None:
        yield fault("workers", "No worker has ever run.", remedy)
    elif now() - last > HEARTBEAT_MISSING:
        yield fault(
            "workers",
            f"The last sign of life of worker and beat was at {last:%Y-%m-%d %H:%M:%S} UTC.",
            remedy,
        )
    else:
        yield ok("workers", "Worker and beat are running.")


def environment() -> Iterator[Finding]:
    """Settings that do not belong in production."""
    sound = True
    if settings.DEBUG:
        sound = False
        yield warning(
            "environment", "DEBUG is on: error pages show internals.", "Set DEBUG=off in a hotel."
        )
    if settings.CLOCK_OFFSET:
        sound = False
        yield warning(
            "environment",
            f"The clock is shifted by {settings.CLOCK_OFFSET} s (HOTELPBX_CLOCK_OFFSET).",
            "Remove HOTELPBX_CLOCK_OFFSET: it is for rehearsals.",
        )
    if sound:
        yield ok("environment", "DEBUG is off and the clock is not shifted.")
