"""Whether workers are running: beat sends a task, a worker runs it and stores the time."""

from datetime import datetime

from hotelpbx.clock import now
from pbx.models import WorkerHeartbeat


def record() -> None:
    """Store that a worker is running now."""
    WorkerHeartbeat.objects.update_or_create(id=1, defaults={"beaten_at": now()})


def last_heartbeat() -> datetime | None:
    """When a worker last ran the heartbeat task; None if none ever did."""
    return WorkerHeartbeat.objects.values_list("beaten_at", flat=True).first()
