"""The inbox: what the PBX told us."""

from django.db import models
from django.db.models import Q

from pbx.models.exchange import Pbx


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

    pbx = models.ForeignKey(Pbx, on_delete=models.CASCADE, related_name="reports")
    received_at = models.DateTimeField()
    source = models.GenericIPAddressField(null=True)
    body = models.BinaryField()
    action = models.CharField(max_length=32, blank=True, default="")
    callid = models.CharField(max_length=64, blank=True, default="")
    # Set where a report can be "the same" as an earlier one (contract §5); else null.
    fingerprint = models.CharField(max_length=64, null=True)
    # The first report of the same content, when this one came more than a minute after it.
    repeats = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
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
            models.Index(fields=["received_at"], name="report_age"),
        ]

    def __str__(self) -> str:
        return f"{self.action or 'unreadable'} {self.callid} ({self.state})"
