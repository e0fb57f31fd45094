"""The audit trail: who did what, when, from where."""

import builtins  # the field "property" hides the built-in in a class body
from typing import Any

from django.db import models

from pbx.names import full_name
from rooms.models.property import Property


class AuditEntry(models.Model):
    """One act of a person, an API key, a phone or the system. Never changed or deleted."""

    property = models.ForeignKey(
        Property, null=True, on_delete=models.SET_NULL, related_name="audit_entries"
    )
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=16)
    actor = models.CharField(max_length=150)
    source = models.GenericIPAddressField(null=True)
    action = models.CharField(max_length=64)
    # The object, e.g. "stay:HB-1042", "room:203".
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

    @builtins.property
    def words(self) -> str:
        """The changes as text: ``housekeeping status dirty → clean``."""
        changed = [
            f"{name.replace('_', ' ')} {_change(self.before.get(name), value)}"
            for name, value in self.after.items()
            if value not in (None, "", [], {}) and value != self.before.get(name)
        ]
        removed = [
            f"{name.replace('_', ' ')} {_plain(value)}"
            for name, value in self.before.items()
            if name not in self.after
        ]
        return ", ".join(changed or removed)


def _change(before: Any, after: Any) -> str:
    return f"{_plain(before)} → {_plain(after)}" if before else _plain(after)


def _plain(value: Any) -> str:
    """A JSON value as text; a guest is shown by name."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_plain(each) for each in value)
    if isinstance(value, dict):
        if "last_name" in value:
            return full_name("", value.get("first_name", ""), value["last_name"])
        return " ".join(_plain(each) for each in value.values())
    return str(value)
