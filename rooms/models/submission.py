"""Stored responses under idempotency keys (docs/sent-twice.md)."""

from django.db import models

from hotelpbx.secrets import EncryptedTextField
from rooms.models.property import Property


class Submission(models.Model):
    """A request under its idempotency key, committed together with its effect.

    ``caller``: whose key it is. ``digest``: keyed hash of the request. ``answer``: the response,
    JSON.
    """

    property = models.ForeignKey(
        Property, null=True, on_delete=models.CASCADE, related_name="submissions"
    )
    caller = models.CharField(max_length=160)
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    # Encrypted: a response may contain a new key or secret, which is shown only once.
    answer = EncryptedTextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["caller", "key"], name="a_key_counts_once"),
        ]
        indexes = [models.Index(fields=["at"], name="submission_by_age")]

    def __str__(self) -> str:
        return f"{self.caller} {self.key}"
