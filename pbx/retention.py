"""Deleting what is settled and old: reports, commands, counts of requests.

Never what waits for anybody: reports that are received or parked, commands that wait, are in
flight or have failed. Each call is one short transaction of at most :data:`BATCH` rows, which
waits for nobody: what is locked is left to a later one.
"""

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from pbx.models import Command, Pbx, Report, Traffic

BATCH: Final = 1000


def prune_reports(pbx: Pbx, before: datetime) -> int:
    """Delete settled reports received before an instant; returns how many.

    The first of several equal ones stays while a later one waits: it says what that repeats.
    """
    waits = Report.objects.filter(repeats=OuterRef("pk"), state__in=Report.OPEN)
    old = Report.objects.filter(pbx=pbx, state__in=Report.ENDED, received_at__lt=before)
    return _delete_some(old.exclude(Exists(waits)).order_by("received_at"))


def prune_commands(pbx: Pbx, before: datetime) -> int:
    """Delete commands that ended before an instant; returns how many.

    Of each lane the latest check-out stays, and what followed it: a failed command is nobody's
    task any more when its guest has left, and the name on the phone is looked up there.
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
