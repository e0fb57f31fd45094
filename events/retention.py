"""Deleting old events. They are kept for at least 30 days (docs/retention.md)."""

from datetime import datetime
from typing import Final

from django.db import transaction

from events.models import Event

BATCH: Final = 1000


def prune(property_code: str, before: datetime) -> int:
    """Delete at most :data:`BATCH` events older than an instant; returns how many.

    Events without a number stay: no reader can have seen them.
    """
    old = Event.objects.filter(
        property_code=property_code, sequence__isnull=False, occurred_at__lt=before
    ).order_by("occurred_at")
    with transaction.atomic():
        keys = list(old.values_list("pk", flat=True)[:BATCH])
        Event.objects.filter(pk__in=keys).delete()
    return len(keys)
