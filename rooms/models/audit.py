"""The audit trail: who did what, when, from where."""

from django.db import models

from rooms.models.hotel import Property


class AuditEntry(models.Model):
    """One act of a person, a key, a phone or the house itself. Never changed, never deleted."""

    property = models.ForeignKey(
        Property, null=True, on_delete=models.SET_NULL, related_name="audit_entries"
    )
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=16)
    actor = models.CharField(max_length=150)
    source = models.GenericIPAddressField(null=True)
    action = models.CharField(max_length=64)
    # What it was done to, e.g. "stay:HB-1042", "room:203".
    subject = models.CharField(max_length=120)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "audit entries"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["property", "subject", "-id"], name="audit_by_subject"),
            models.Index(fields=["property", "-id"], name="audit_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.actor} {self.action} {self.subject}"
