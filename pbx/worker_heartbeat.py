"""Do the workers live? Beat sends a task, a worker runs it, a row says when."""

from datetime import datetime

from hotelpbx.clock import now
from pbx.models import WorkerHeartbeat


def record() -> None:
    """Note that a worker is at work now."""
    WorkerHeartbeat.objects.update_or_create(id=1, defaults={"beaten_at": now()})


def last_heartbeat() -> datetime | None:
    """When a worker was last at work; None when none ever was."""
    return WorkerHeartbeat.objects.values_list("beaten_at", flat=True).first()
