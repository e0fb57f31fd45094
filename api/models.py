"""API keys."""

import hashlib
import secrets
from typing import Final, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models

from hotelpbx.refusals import invalid
from rooms.models import Property

SCOPES: Final = (
    "stays:read",
    "stays:write",
    "rooms:read",
    "rooms:write",
    "wakeups:read",
    "wakeups:write",
    "charges:read",
    "charges:write",
    "events:read",
    "webhooks:manage",
    "status:read",
)


class ApiKey(models.Model):
    """The API key of a program. Only its digest is stored; the key itself is shown once."""

    property = models.ForeignKey(Property, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=64)
    prefix = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=32))
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @classmethod
    def digest_of(cls, key: str) -> str:
        """The stored digest of ``key``, which has 256 random bits and so needs no salt."""
        return hashlib.sha256(key.encode()).hexdigest()

    @classmethod
    def issue(
        cls, property_: Property, name: str, scopes: list[str], **fields: object
    ) -> tuple[Self, str]:
        """A new, unsaved row and its key, which is stored nowhere.

        :raises Refusal: if the name is not printable, a scope is unknown, or there is no scope
        """
        if not name.strip() or len(name) > 64 or not name.isprintable():
            raise invalid("/name", "Give the key a name of 1 to 64 characters.")
        unknown = [scope for scope in scopes if scope not in SCOPES]
        if unknown or not scopes:
            told = f"There is no scope {unknown[0]}." if unknown else "Give at least one scope."
            raise invalid("/scopes", f"{told} Scopes: {', '.join(SCOPES)}")
        key = "hpx_" + secrets.token_urlsafe(32)
        row = cls(
            property=property_,
            name=name,
            prefix=key[:8],
            digest=cls.digest_of(key),
            scopes=scopes,
            **fields,
        )
        return row, key
