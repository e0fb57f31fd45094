"""The PBX's list of extensions, stored in the database: it tells which callers are extensions.

It is read with a check of the PBX if it is older than some minutes or may have changed, and after
each login and outage, because status changes may not have been reported.
"""

import logging
from collections.abc import Set
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from hotelpbx.advisory_locks import lock
from hotelpbx.clock import now
from pbx.client import PbxClient
from pbx.errors import PbxError
from pbx.models import Extension, Pbx, PbxLink
from pbx.signals import extensions_read

log = logging.getLogger(__name__)

# The maximum age of the list if nothing indicates a change.
OLDEST: Final = timedelta(minutes=15)
# The list is not read more often, however many callers are not in it.
_AT_MOST: Final = timedelta(minutes=1)


def is_listed(pbx: Pbx | None, number: str, at: datetime) -> bool | None:
    """Whether the PBX listed that extension at an instant; None: the list was never read."""
    if pbx is None:
        return None
    there = Extension.objects.filter(
        Q(until=None) | Q(until__gte=at), pbx=OuterRef("pbx"), number=number
    )
    known = PbxLink.objects.filter(pbx=pbx, extensions_at__isnull=False)
    return known.annotate(listed=Exists(there)).values_list("listed", flat=True).first()


def listed_now(pbx: Pbx) -> frozenset[str]:
    """The extensions of the latest list; empty if it was never read."""
    rows = Extension.objects.filter(pbx=pbx, until=None)
    return frozenset(rows.values_list("number", flat=True))


def request_refresh(pbx: Pbx) -> bool:
    """Have the list read again with the next check; False: it was read just now."""
    due = Q(extensions_at=None) | Q(extensions_at__lt=now() - _AT_MOST)
    return bool(PbxLink.objects.filter(due, pbx=pbx).update(extensions_wanted=True))


def refresh_if_due(pbx: Pbx, client: PbxClient, *, force: bool = False) -> None:
    """Read the list if it is old, requested, or older than the last login.

    A failure to read it is not a failure of the link.

    :param force: read it in any case, because reports may have been missed
    """
    if force:
        PbxLink.objects.filter(pbx=pbx).update(extensions_wanted=True)
    old = Q(extensions_at=None) | Q(extensions_at__lt=now() - OLDEST)
    due = old | Q(extensions_wanted=True) | Q(extensions_at__lt=F("logged_in_at"))
    if not PbxLink.objects.filter(due, pbx=pbx).exists():
        return
    asked_at = now()
    try:
        listed = {each.number[:16]: each.status for each in client.extensions.list() if each.number}
    except PbxError as fault:
        log.warning("PBX %s does not list its extensions: %s", pbx.name, fault)
        return
    if listed:  # an empty list is taken for a fault of the PBX
        _store(pbx, set(listed), asked_at)
        extensions_read.send(sender=Pbx, pbx=pbx, listed=listed, at=asked_at)


def _store(pbx: Pbx, numbers: Set[str], asked_at: datetime) -> None:
    there = Extension.objects.filter(pbx=pbx, until=None)
    with lock(f"extensions:{pbx.pk}"), transaction.atomic():
        there.exclude(number__in=numbers).update(until=asked_at)
        Extension.objects.filter(pbx=pbx, number__in=numbers).update(until=None)
        Extension.objects.bulk_create(
            (Extension(pbx=pbx, number=number, since=asked_at) for number in sorted(numbers)),
            ignore_conflicts=True,
        )
        PbxLink.objects.filter(pbx=pbx).update(extensions_at=asked_at, extensions_wanted=False)
