"""The latest heartbeat of the workers."""

from django.db import models


class WorkerHeartbeat(models.Model):
    """When a worker last ran the task that beat sends every few seconds. A single row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    beaten_at = models.DateTimeField()

    class Meta:
        db_table = "pbx_workerpulse"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_worker_pulse")]

    def __str__(self) -> str:
        return f"{self.beaten_at}"
