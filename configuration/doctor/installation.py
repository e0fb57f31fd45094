"""What all hotels of this installation share: database, broker, workers, environment."""

from collections.abc import Iterator

from django.conf import settings

from configuration.doctor.findings import Finding, fault, ok, warning
from hotelpbx.clock import now
from hotelpbx.http.health import database_fault
from hotelpbx.task_queue import broker
from pbx import worker_heartbeat
from rooms.operations.health import HEARTBEAT_MISSING


def database() -> Iterator[Finding]:
    """It answers, and its tables are the ones we know."""
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
            "Redis does not answer: nobody tells the workers what to do.",
            "Start Redis, or correct REDIS_URL. Nothing is lost meanwhile: it is done late.",
        )


def workers() -> Iterator[Finding]:
    """A task that beat sent was done by a worker a moment ago."""
    last = worker_heartbeat.last_heartbeat()
    remedy = "Start the lines worker and beat of the Procfile, and read what they print."
    if last is None:
        yield fault("workers", "No worker has ever been at work.", remedy)
    elif now() - last > HEARTBEAT_MISSING:
        yield fault(
            "workers",
            f"The last sign of worker and beat is of {last:%Y-%m-%d %H:%M:%S} UTC.",
            remedy,
        )
    else:
        yield ok("workers", "Worker and beat are at work.")


def environment() -> Iterator[Finding]:
    """Settings that do not belong into a hotel."""
    sound = True
    if settings.DEBUG:
        sound = False
        yield warning(
            "environment", "DEBUG is on: error pages show the inside.", "Set DEBUG=off in a hotel."
        )
    if settings.CLOCK_OFFSET:
        sound = False
        yield warning(
            "environment",
            f"The clock is shifted by {settings.CLOCK_OFFSET} s (HOTELPBX_CLOCK_OFFSET).",
            "Take HOTELPBX_CLOCK_OFFSET away: it is for rehearsals.",
        )
    if sound:
        yield ok("environment", "DEBUG is off and the clock is not shifted.")
