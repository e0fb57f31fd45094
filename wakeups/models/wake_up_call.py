"""A wake-up call, as the guest has booked it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from rooms.models import Property, Stay


class WakeUpCall(models.Model):
    """What a guest has booked: a time of day, on one date or several.

    ``due_at`` is the instant of the next occurrence; null when none is left.
    """

    class Recurrence(models.TextChoices):
        ONCE = "once"
        DAILY = "daily"
        WEEKDAYS = "weekdays"

    class Status(models.TextChoices):
        PENDING = "pending"
        RINGING = "ringing"
        COMPLETED = "completed"
        CONFIRMED = "confirmed"
        NO_ANSWER = "no_answer"
        UNKNOWN = "unknown"  # could not be observed
        FAILED = "failed"  # could not be placed in time
        CANCELLED = "cancelled"

    OPEN = (Status.PENDING, Status.RINGING)

    property = models.ForeignKey(Property, on_delete=models.CASCADE, related_name="wake_up_calls")
    stay = models.ForeignKey(Stay, on_delete=models.CASCADE, related_name="wake_up_calls")
    date = models.DateField(help_text="the first day")
    time = models.TimeField(help_text="wall-clock time in the hotel")
    recurrence = models.CharField(max_length=16, choices=Recurrence, default=Recurrence.ONCE)
    weekdays = ArrayField(models.CharField(max_length=3), default=list, blank=True)
    until = models.DateField(null=True)
    repeats = models.PositiveSmallIntegerField()
    repeat_interval = models.PositiveSmallIntegerField(help_text="minutes")
    confirm = models.BooleanField(default=False)
    status = models.CharField(max_length=16, choices=Status, default=Status.PENDING)
    due_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(status__in=["pending", "ringing"]),
                name="wake_up_call_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.time:%H:%M} for {self.stay}"
