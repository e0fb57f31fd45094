"""The outbox: commands for the PBX."""

from django.db import models
from django.db.models import Q

from pbx.models.pbx import Pbx


class Command(models.Model):
    """One command for one extension, with its complete state in a form that people can read.

    Commands of one extension form a *lane*: they reach the PBX in the order of their ids, one
    at a time. Whoever adds a command holds the lock of the extension's room, so ids are assigned in
    the order of the changes that they stand for.
    """

    class Kind(models.TextChoices):
        PROVISION = "configure", "Configure"
        DEPROVISION = "check_out", "Check Out"
        PLACE_ALARM = "place_alarm"
        REMOVE_ALARM = "remove_alarm"
        READ_STATE = "look", "Look"
        ORIGINATE = "ring", "Ring"
        LIFT_DO_NOT_DISTURB = "lift", "Lift"

    class State(models.TextChoices):
        WAITING = "waiting"
        IN_FLIGHT = "in_flight"
        DONE = "done"
        FAILED = "failed"  # a person must act; the lane continues
        SUPERSEDED = "superseded"  # replaced by a newer command
        DISCARDED = "discarded"  # by a person

    ENDED = (State.DONE, State.SUPERSEDED, State.DISCARDED)

    pbx = models.ForeignKey(Pbx, on_delete=models.CASCADE, related_name="commands", db_index=False)
    extension = models.CharField(max_length=16)
    kind = models.CharField(max_length=16, choices=Kind)
    payload = models.JSONField(default=dict)
    # What it is for, as named by the caller ("stay:12"); not interpreted here.
    subject = models.CharField(max_length=64, blank=True, default="")
    state = models.CharField(max_length=16, choices=State, default=State.WAITING)
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    # The answer to an attempt was lost: query the PBX before repeating it.
    outcome_unknown = models.BooleanField(default=False)
    claim = models.UUIDField(null=True)
    claimed_until = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True, default="")
    result = models.JSONField(default=dict)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pbx", "extension"],
                condition=Q(state="in_flight"),
                name="one_command_in_flight_per_lane",
            ),
        ]
        indexes = [
            models.Index(
                fields=["pbx", "extension", "id"],
                condition=Q(state__in=["waiting", "in_flight", "failed"]),
                name="command_open",
            ),
            models.Index(fields=["pbx", "id"], condition=Q(state="failed"), name="command_failed"),
            models.Index(fields=["subject", "id"], name="command_subject"),
            models.Index(fields=["pbx", "extension", "-id"], name="command_history"),
            models.Index(fields=["pbx", "-id"], name="command_latest"),
            models.Index(
                fields=["pbx", "extension", "-id"],
                condition=Q(kind="check_out"),
                name="command_check_out",
            ),
            # For deleting old commands.
            models.Index(
                fields=["pbx", "finished_at"],
                condition=Q(state__in=["done", "superseded", "discarded"]),
                name="command_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.extension} ({self.state})"
