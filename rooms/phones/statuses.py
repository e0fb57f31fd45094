"""Phone statuses: as reported, and as listed by the PBX in case reports were missed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models import Q
from django.dispatch import receiver

from pbx.models import Pbx
from pbx.signals import extensions_read
from rooms.models import Phone

_STATUSES: Final = {
    "unregistered": Phone.Status.UNAVAILABLE,
    "fxsnoport": Phone.Status.UNAVAILABLE,
    **{status.value: status for status in Phone.Status if status != Phone.Status.UNKNOWN},
}


def status_of(word: str) -> Phone.Status | None:
    """The status for the PBX's ``word`` in lower case; None: it is not in the manual."""
    return _STATUSES.get(word)


def record_status(phone: Phone, status: Phone.Status, at: datetime) -> None:
    """Store a status, unless a later one is known: a report may be processed late."""
    known = Q(status_since__isnull=True) | Q(status_since__lte=at)
    if Phone.objects.filter(known, pk=phone.pk).update(status=status, status_since=at):
        phone.status, phone.status_since = status, at


@receiver(extensions_read, sender=Pbx)
def apply_extension_list(pbx: Pbx, listed: Mapping[str, str], at: datetime, **kwargs: Any) -> None:
    """Store statuses that changed without a report. They are no evidence of what rang when."""
    for phone in Phone.objects.filter(property__pbx=pbx, extension__in=listed):
        status = status_of(listed[phone.extension])
        if status is not None and status != phone.status:
            record_status(phone, status, at)
