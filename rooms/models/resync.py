"""Resyncs: comparisons of the hotel with its PBX."""

from django.db import models

from rooms.models.property import Property


class Resync(models.Model):
    """A comparison of what the hotel expects with what the PBX has, and its repairs."""

    class Reason(models.TextChoices):
        ON_DEMAND = "on_demand"
        RESTART = "restart"  # a BootUp report, or an uptime that was reset
        OUTAGE = "outage"
        NIGHTLY = "nightly"
        DOUBT = "doubt"  # a response was lost: one phone is compared again

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        COMPLETED = "completed"
        FAILED = "failed"

    property = models.ForeignKey(Property, on_delete=models.CASCADE, related_name="resyncs")
    reason = models.CharField(max_length=16, choices=Reason)
    state = models.CharField(max_length=16, choices=State, default=State.QUEUED)
    # One phone only; empty: all.
    extension = models.CharField(max_length=16, blank=True, default="")
    # Whether differences in what the hotel itself has set are repaired at once.
    repairs = models.BooleanField(default=True)
    requested_by = models.CharField(max_length=150, blank=True, default="")
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    compared = models.PositiveIntegerField(default=0, help_text="phones")
    differences = models.JSONField(default=list)
    detail = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["not_before"],
                condition=models.Q(state__in=["queued", "running"]),
                name="resync_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} {self.created_at:%Y-%m-%d %H:%M} ({self.state})"
