"""Requests that were carried out, with what was answered (docs/sent-twice.md)."""

from django.db import models

from hotelpbx.secrets import EncryptedTextField
from rooms.models.property import Property


class Submission(models.Model):
    """One request under its idempotency key, in the books together with its effect.

    ``caller``: whose key it is. ``digest``: of all that was asked for, with the
    house's key. ``answer``: JSON.
    """

    property = models.ForeignKey(
        Property, null=True, on_delete=models.CASCADE, related_name="submissions"
    )
    caller = models.CharField(max_length=160)
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    # Encrypted: an answer may show a key or a secret, once.
    answer = EncryptedTextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["caller", "key"], name="a_key_counts_once"),
        ]
        indexes = [models.Index(fields=["at"], name="submission_by_age")]

    def __str__(self) -> str:
        return f"{self.caller} {self.key}"
