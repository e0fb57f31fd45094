"""One morning of a wake-up call."""

from django.db import models
from django.db.models import Q

from wakeups.models.wake_up_call import WakeUpCall


class Occurrence(models.Model):
    """One morning of a wake-up call: what was placed on the PBX, and its outcome.

    It is open until the outcome is known. Not answered, not observed or not placed, it is an
    alert at the desk until somebody acknowledges it.
    """

    class State(models.TextChoices):
        PLACING = "placing"  # sent to the PBX, no answer yet
        PLACED = "placed"  # the PBX will ring by itself
        PERSON = "person"  # a person calls; the alarm on the PBX is only the backup
        RINGING = "ringing"  # it has rung, or we are calling
        ANSWERED = "answered"
        CONFIRMED = "confirmed"
        NO_ANSWER = "no_answer"
        UNKNOWN = "unknown"
        FAILED = "failed"
        WITHDRAWN = "withdrawn"

    WAITING = (State.PLACING, State.PLACED, State.PERSON)
    OPEN = (*WAITING, State.RINGING)
    ALERTS = (State.NO_ANSWER, State.UNKNOWN, State.FAILED)

    call = models.ForeignKey(WakeUpCall, on_delete=models.CASCADE, related_name="occurrences")
    due_at = models.DateTimeField()
    # Where it rings; the stay may move to another room later.
    room = models.CharField(max_length=16, blank=True, default="")
    extension = models.CharField(max_length=16)
    # The alarm on the PBX: when it first rings (null: there is none), the time on the PBX's
    # clock, its id, and when the PBX confirmed it.
    rings_at = models.DateTimeField(null=True)
    alarm_time = models.CharField(max_length=5)
    alarm_id = models.CharField(max_length=16, blank=True, default="")
    placed_at = models.DateTimeField(null=True)
    # When it was last found on the PBX.
    seen_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=16, choices=State, default=State.PLACING)
    # The last ring and a margin: no report about the alarm is expected later.
    ends_at = models.DateTimeField()
    rang_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    # How often the guest has pressed the snooze key, and until when they may sleep.
    snoozes = models.PositiveSmallIntegerField(default=0)
    snooze_until = models.DateTimeField(null=True)
    # When the sweep checks it next; null: at once, because something is new.
    next_check_at = models.DateTimeField(null=True, db_column="look_at")
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=150, blank=True, default="")
    # What the person who acknowledged it did: "went to the room".
    done = models.TextField(blank=True, default="")
    detail = models.TextField(blank=True, default="")

    class Meta:
        db_table = "wakeups_occasion"
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
                condition=Q(state__in=["placing", "placed", "person", "ringing"]),
                name="occasion_open",
            ),
            models.Index(
                fields=["call"],
                condition=Q(state__in=["no_answer", "unknown", "failed"])
                & Q(acknowledged_at__isnull=True),
                name="occasion_alarm",
            ),
            models.Index(fields=["-due_at"], name="occasion_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.extension} at {self.due_at:%Y-%m-%d %H:%M}"
