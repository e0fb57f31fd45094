"""How the phones are: as reported, and as listed after reports may have been missed."""

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
    """The status that the PBX calls ``word``, in lower case; None: it is not in the manual."""
    return _STATUSES.get(word)


def record_status(phone: Phone, status: Phone.Status, at: datetime) -> None:
    """Keep a status, unless a later one is known: a report may be processed long after it came."""
    known = Q(status_since__isnull=True) | Q(status_since__lte=at)
    if Phone.objects.filter(known, pk=phone.pk).update(status=status, status_since=at):
        phone.status, phone.status_since = status, at


@receiver(extensions_read, sender=Pbx)
def apply_extension_list(pbx: Pbx, listed: Mapping[str, str], at: datetime, **kwargs: Any) -> None:
    """Statuses that changed while nobody reported them. They are no sign of what rang when."""
    for phone in Phone.objects.filter(property__pbx=pbx, extension__in=listed):
        status = status_of(listed[phone.extension])
        if status is not None and status != phone.status:
            record_status(phone, status, at)
