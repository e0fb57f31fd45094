"""The event log: one row per event."""

import uuid

from django.db import models


class Event(models.Model):
    """Something that happened in a hotel, for external readers (REST).

    ``sequence`` is assigned after commit (see :mod:`events.log`): once number *n* is visible, no
    smaller number appears later.
    """

    # The order of insertion, in which sequence numbers are assigned.
    position = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    property_code = models.CharField(max_length=32)
    sequence = models.BigIntegerField(null=True, unique=True)
    type = models.CharField(max_length=64)
    occurred_at = models.DateTimeField()
    data = models.JSONField()

    class Meta:
        indexes = [
            models.Index(fields=["property_code", "sequence"], name="event_reader"),
            models.Index(fields=["property_code", "occurred_at"], name="event_age"),
            models.Index(
                fields=["position"],
                condition=models.Q(sequence__isnull=True),
                name="event_unnumbered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.type}"
