"""The inbox: reports that the PBX has sent."""

from django.db import models
from django.db.models import Q

from pbx.models.pbx import Pbx


class Report(models.Model):
    """One report as received, and its processing state.

    The raw bytes are stored before processing and kept: results can be rebuilt from them.
    """

    class State(models.TextChoices):
        RECEIVED = "received"
        PROCESSED = "processed"
        IGNORED = "ignored"
        PARKED = "parked"  # a person must decide
        DISCARDED = "discarded"  # by a person

    OPEN = (State.RECEIVED, State.PARKED)
    ENDED = (State.PROCESSED, State.IGNORED, State.DISCARDED)

    pbx = models.ForeignKey(Pbx, on_delete=models.CASCADE, related_name="reports", db_index=False)
    received_at = models.DateTimeField()
    source = models.GenericIPAddressField(null=True)
    body = models.BinaryField()
    action = models.CharField(max_length=32, blank=True, default="")
    callid = models.CharField(max_length=64, blank=True, default="")
    # Set if the report can be recognized as a repetition (docs/inbox.md); else null.
    fingerprint = models.CharField(max_length=64, null=True)
    # The first report with the same content, if this one arrived more than a minute later.
    repeats = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    state = models.CharField(max_length=16, choices=State, default=State.RECEIVED)
    reason = models.TextField(blank=True, default="")
    processed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pbx", "fingerprint"], name="report_counts_once"),
        ]
        indexes = [
            models.Index(
                fields=["pbx", "id"], condition=Q(state="received"), name="report_backlog"
            ),
            models.Index(fields=["pbx", "id"], condition=Q(state="parked"), name="report_parked"),
            models.Index(fields=["pbx", "callid"], name="report_call"),
            models.Index(fields=["pbx", "-id"], name="report_latest"),
            models.Index(
                fields=["repeats"], condition=Q(repeats__isnull=False), name="report_repeats"
            ),
            # For deleting old reports; an insert of the receiver does not touch it.
            models.Index(
                fields=["pbx", "received_at"],
                condition=Q(state__in=["processed", "ignored", "discarded"]),
                name="report_settled",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action or 'unreadable'} {self.callid} ({self.state})"
