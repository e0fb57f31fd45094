"""One morning of a wake-up call."""

from django.db import models
from django.db.models import Q

from wakeups.models.wake_up_call import WakeUpCall


class Occurrence(models.Model):
    """One morning of a wake-up call: what was placed on the PBX and what became of it.

    It is open until its outcome is known; not answered, not observed or not placed, it is an
    alarm at the desk until somebody has acknowledged it.
    """

    class State(models.TextChoices):
        PLACING = "placing"  # the PBX has been told, no answer yet
        PLACED = "placed"  # the PBX will ring by itself
        PERSON = "person"  # a person calls; an alarm on the PBX is but the backup
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
    # Where it rings: the call's stay may move on afterwards.
    room = models.CharField(max_length=16, blank=True, default="")
    extension = models.CharField(max_length=16)
    # The alarm as the PBX knows it: when it first rings (null: there is none), wall-clock time
    # on its own clock, its id and since when it is known to be there.
    rings_at = models.DateTimeField(null=True)
    alarm_time = models.CharField(max_length=5)
    alarm_id = models.CharField(max_length=16, blank=True, default="")
    placed_at = models.DateTimeField(null=True)
    # When the PBX was last seen to have it.
    seen_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=16, choices=State, default=State.PLACING)
    # No report about the alarm is expected after this: the PBX's last ring and a margin.
    ends_at = models.DateTimeField()
    rang_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    # How often the guest has pressed the key for it, and until when he may sleep.
    snoozes = models.PositiveSmallIntegerField(default=0)
    snooze_until = models.DateTimeField(null=True)
    # When the sweep looks at it again; null: as soon as it can, for something is new.
    look_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=150, blank=True, default="")
    # What whoever acknowledged it did: "went to the room".
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
