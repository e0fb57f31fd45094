"""Batch jobs: one action for many stays, each with its own result (docs/jobs.md)."""

from django.db import models

from rooms.models.property import Property


class Job(models.Model):
    """One action for many stays. ``key``: submitting a job twice creates one."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        COMPLETED = "completed"

    property = models.ForeignKey(Property, on_delete=models.CASCADE, related_name="jobs")
    kind = models.CharField(max_length=32)
    key = models.UUIDField(null=True, unique=True)
    state = models.CharField(max_length=16, choices=State, default=State.QUEUED)
    # Who requested it, as the audit trail names them.
    actor_kind = models.CharField(max_length=16)
    actor = models.CharField(max_length=150)
    source = models.GenericIPAddressField(null=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["id"],
                condition=models.Q(state__in=["queued", "running"]),
                name="job_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.created_at:%Y-%m-%d %H:%M} ({self.state})"


class JobItem(models.Model):
    """The action for one stay, and its result."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        FAILED = "failed"

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    reference = models.CharField(max_length=64)  # of the stay
    words = models.CharField(max_length=200, blank=True, default="")  # for a person
    parameters = models.JSONField(default=dict, db_column="wish")
    state = models.CharField(max_length=16, choices=State, default=State.WAITING)
    code = models.CharField(max_length=32, blank=True, default="")
    detail = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["job", "position"], name="job_item_position"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} ({self.state})"
