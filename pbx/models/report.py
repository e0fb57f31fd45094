"""The inbox: what the PBX told us."""

from django.db import models
from django.db.models import Q

from pbx.models.pbx import Pbx


class Report(models.Model):
    """One report as it came, and what became of it.

    The raw bytes are stored before anything is decided, and kept: results can be rebuilt
    from them.
    """

    class State(models.TextChoices):
        RECEIVED = "received"
        PROCESSED = "processed"
        IGNORED = "ignored"
        PARKED = "parked"  # a person must look
        DISCARDED = "discarded"  # a person decided

    OPEN = (State.RECEIVED, State.PARKED)
    ENDED = (State.PROCESSED, State.IGNORED, State.DISCARDED)

    pbx = models.ForeignKey(Pbx, on_delete=models.CASCADE, related_name="reports", db_index=False)
    received_at = models.DateTimeField()
    source = models.GenericIPAddressField(null=True)
    body = models.BinaryField()
    action = models.CharField(max_length=32, blank=True, default="")
    callid = models.CharField(max_length=64, blank=True, default="")
    # Set where a report can be "the same" as an earlier one (contract §5); else null.
    fingerprint = models.CharField(max_length=64, null=True)
    # The first report of the same content, when this one came more than a minute after it.
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
            # What may be deleted when it is old; the receiver's own insert does not touch it.
            models.Index(
                fields=["pbx", "received_at"],
                condition=Q(state__in=["processed", "ignored", "discarded"]),
                name="report_settled",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action or 'unreadable'} {self.callid} ({self.state})"
