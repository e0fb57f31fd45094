"""Wake-up calls and each of their occasions."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from rooms.models import Property, Stay


class WakeUpSettings(models.Model):
    """``[wake_up_calls]`` of the hotel file."""

    property = models.OneToOneField(
        Property, on_delete=models.CASCADE, related_name="wake_up_settings"
    )
    prompt = models.CharField(max_length=64, blank=True, default="")
    repeats = models.PositiveSmallIntegerField(default=2)
    repeat_interval = models.PositiveSmallIntegerField(default=5, help_text="minutes")
    fallback_prompt = models.CharField(max_length=64, blank=True, default="")
    fallback_after = models.PositiveIntegerField(default=120, help_text="seconds")
    desk_extension = models.CharField(max_length=16, blank=True, default="")
    desk_prompt = models.CharField(max_length=64, blank=True, default="")
    confirm_ivr = models.CharField(max_length=16, blank=True, default="")
    confirm_key = models.CharField(max_length=1, blank=True, default="1")

    class Meta:
        verbose_name_plural = "wake-up settings"

    def __str__(self) -> str:
        return f"wake-up settings of {self.property}"


class WakeUpCall(models.Model):
    """What a guest asked for: a time of day, on one date or on several.

    ``due_at`` is the next occasion as an instant; null when there is none left.
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


class Occasion(models.Model):
    """One morning of a wake-up call: what was placed on the PBX and what came of it.

    The API calls these ``attempts``.
    """

    class State(models.TextChoices):
        PLACING = "placing"  # the PBX has been told, no answer yet
        PLACED = "placed"  # the PBX will ring by itself
        RINGING = "ringing"
        ANSWERED = "answered"
        NO_ANSWER = "no_answer"
        UNKNOWN = "unknown"
        FAILED = "failed"
        WITHDRAWN = "withdrawn"

    OPEN = (State.PLACING, State.PLACED, State.RINGING)

    call = models.ForeignKey(WakeUpCall, on_delete=models.CASCADE, related_name="occasions")
    due_at = models.DateTimeField()
    extension = models.CharField(max_length=16)
    # The alarm as the PBX knows it: wall-clock time on its own clock, and its id once learned.
    alarm_time = models.CharField(max_length=5)
    alarm_id = models.CharField(max_length=16, blank=True, default="")
    state = models.CharField(max_length=16, choices=State, default=State.PLACING)
    # No report is expected after this: the PBX's last ring and a margin.
    ends_at = models.DateTimeField()
    rang_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    detail = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "due_at"],
                condition=~Q(state="withdrawn"),
                name="one_occasion_at_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["extension", "due_at"],
                condition=Q(state__in=["placing", "placed", "ringing"]),
                name="occasion_open",
            ),
            models.Index(
                fields=["call"],
                condition=Q(state__in=["no_answer", "unknown", "failed"])
                & Q(acknowledged_at__isnull=True),
                name="occasion_alarm",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.extension} at {self.due_at:%Y-%m-%d %H:%M}"
