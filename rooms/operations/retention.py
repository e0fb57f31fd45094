"""Deleting old rows after each hotel's retention period (docs/retention.md)."""

import logging
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Final

from events import retention as events
from hotelpbx.advisory_locks import try_lock
from hotelpbx.clock import now
from pbx import retention as pbx
from pbx.models import Pbx
from rooms.models import Property
from rooms.operations import idempotency, jobs

log = logging.getLogger(__name__)

# Seconds per run; the next run continues.
RUN: Final = 20.0
_TRAFFIC: Final = timedelta(days=2)
_JOBS: Final = timedelta(days=90)

# Deletes one batch; returns the number of rows, 0 when nothing is left.
Batch = Callable[[], int]


def prune(seconds: float = RUN) -> int:
    """Delete what is older than each hotel's retention period; returns how many rows.

    One process at a time. The tables take turns, a batch each, so none waits for the backlog of
    another. Each turn is followed by a pause of the same length, to leave the database to the
    receiver and the desk.
    """
    deleted, ends = 0, time.monotonic() + seconds
    with try_lock("retention") as mine:
        turns = list(_batches()) if mine else []
        while turns and (began := time.monotonic()) < ends:
            counts = [(batch, batch()) for batch in turns]
            deleted += sum(count for _, count in counts)
            turns = [batch for batch, count in counts if count]
            if turns:
                time.sleep(time.monotonic() - began)
    if deleted:
        log.info("%d old rows are deleted.", deleted)
    return deleted


def _batches() -> Iterator[Batch]:
    instant = now()
    yield partial(idempotency.prune, instant - idempotency.KEPT)
    for property_ in Property.objects.all():
        yield partial(events.prune, property_.code, instant - timedelta(days=property_.keep_events))
        yield partial(jobs.prune, property_, instant - _JOBS)
    for pbx_row in Pbx.objects.select_related("property"):
        # A PBX that no hotel uses has the default retention periods.
        property_ = getattr(pbx_row, "property", None) or Property()
        reports = instant - timedelta(days=property_.keep_reports)
        commands = instant - timedelta(days=property_.keep_commands)
        yield partial(pbx.prune_reports, pbx_row, reports)
        yield partial(pbx.prune_commands, pbx_row, commands)
        yield partial(pbx.prune_traffic, pbx_row, instant - _TRAFFIC)
