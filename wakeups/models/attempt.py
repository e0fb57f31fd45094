"""One attempt to wake the guest, or to alert the desk."""

from django.db import models
from django.db.models import Q

from wakeups.models.observation import Observation
from wakeups.models.occurrence import Occurrence
from wakeups.models.wake_up_call import WakeUpCall


class Attempt(models.Model):
    """One attempt: a ring of the PBX, a call of ours, a person.

    ``evidence`` holds every observation of the phone meanwhile. ``result`` is derived from it
    (:mod:`wakeups.outcome.assessment`), in the words of :class:`WakeUpCall.Status`.
    """

    class Kind(models.TextChoices):
        PBX = "pbx"  # a ring of the PBX's own alarm
        OWN_CALL = "own_call"  # our call that plays a prompt
        CONFIRMATION = "confirmation"  # our call that asks for a key
        DESK = "desk"  # our call to the desk
        PERSON = "person"  # somebody of the hotel calls or visits the guest

    Result = WakeUpCall.Status

    # Calls to the guest that we have the PBX place.
    OUTGOING = (Kind.OWN_CALL, Kind.CONFIRMATION)
    OPEN = (Result.PENDING, Result.RINGING)

    occurrence = models.ForeignKey(
        Occurrence, on_delete=models.CASCADE, related_name="attempts", db_column="occasion_id"
    )
    kind = models.CharField(max_length=16, choices=Kind)
    extension = models.CharField(max_length=16, blank=True, default="")
    due_at = models.DateTimeField()
    # When it is over, whatever has been reported by then.
    ends_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    callid = models.CharField(max_length=64, blank=True, default="")
    result = models.CharField(
        max_length=16, choices=WakeUpCall.Status, default=WakeUpCall.Status.PENDING
    )
    # The guest has pressed the snooze key.
    snoozed = models.BooleanField(default=False)
    detail = models.TextField(blank=True, default="")
    evidence = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["occurrence", "due_at"], condition=Q(kind="pbx"), name="a_ring_is_told_once"
            ),
            # The last line of defense against calling somebody twice at once.
            models.UniqueConstraint(
                fields=["occurrence", "kind"],
                condition=~Q(kind="pbx") & Q(result__in=["pending", "ringing"]),
                name="one_call_at_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["extension", "due_at"],
                condition=Q(result__in=["pending", "ringing"]),
                name="attempt_open",
            ),
            # Reports refer to our calls by it.
            models.Index(fields=["callid"], condition=~Q(callid=""), name="attempt_call"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.extension}: {self.result}"

    @property
    def observations(self) -> list[Observation]:
        """The stored evidence."""
        return [Observation.from_json(stored) for stored in self.evidence]
