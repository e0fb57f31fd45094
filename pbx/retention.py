"""Delete old reports, commands and request counts that are finished.

Rows that still need processing are never deleted: reports that are received or parked, commands
that are waiting, in flight or failed. Each call is one short transaction of at most :data:`BATCH`
rows. It does not wait for locks: locked rows are left to a later call.
"""

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from pbx.models import Command, Pbx, Report, Traffic

BATCH: Final = 1000


def prune_reports(pbx: Pbx, before: datetime) -> int:
    """Delete finished reports received before an instant; returns how many.

    The first of several equal ones stays while a later one is unfinished and refers to it.
    """
    waits = Report.objects.filter(repeats=OuterRef("pk"), state__in=Report.OPEN)
    old = Report.objects.filter(pbx=pbx, state__in=Report.ENDED, received_at__lt=before)
    return _delete_some(old.exclude(Exists(waits)).order_by("received_at"))


def prune_commands(pbx: Pbx, before: datetime) -> int:
    """Delete commands that ended before an instant; returns how many.

    The latest check-out of each lane and everything after it stay: they tell whether the guest of a
    failed command has left, and which name the phone was given.
    """
    check_out = Command.objects.filter(
        pbx=pbx,
        extension=OuterRef("extension"),
        kind=Command.Kind.DEPROVISION,
        pk__gt=OuterRef("pk"),
    )
    old = Command.objects.filter(pbx=pbx, state__in=Command.ENDED, finished_at__lt=before)
    return _delete_some(old.filter(Exists(check_out)).order_by("finished_at"))


def prune_traffic(pbx: Pbx, before: datetime) -> int:
    """Delete counts of requests; returns how many."""
    return _delete_some(Traffic.objects.filter(pbx=pbx, minute__lt=before).order_by("minute"))


def _delete_some(rows: QuerySet[Any]) -> int:
    with transaction.atomic():
        oldest = rows.select_for_update(skip_locked=True, of=("self",))
        keys = list(oldest.values_list("pk", flat=True)[:BATCH])
        # Without the other columns: a report's body may have a mebibyte.
        rows.model._default_manager.filter(pk__in=keys).only("pk").delete()
    return len(keys)
