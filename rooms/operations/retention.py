"""How long each hotel keeps what is settled (docs/retention.md)."""

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

# Seconds of one run; the next goes on where it ended.
RUN: Final = 20.0
_TRAFFIC: Final = timedelta(days=2)
_JOBS: Final = timedelta(days=90)

# Deletes one batch; returns how many rows that were, 0 when nothing is left.
Batch = Callable[[], int]


def prune(seconds: float = RUN) -> int:
    """Delete what is older than each hotel wants; returns how many rows. One process at a time.

    The tables take turns, a batch each, so none waits for the backlog of another; and each turn
    is followed by a rest as long as itself, which belongs to the receiver and the desk.
    """
    gone, ends = 0, time.monotonic() + seconds
    with try_lock("retention") as mine:
        turns = list(_batches()) if mine else []
        while turns and (began := time.monotonic()) < ends:
            counts = [(batch, batch()) for batch in turns]
            gone += sum(count for _, count in counts)
            turns = [batch for batch, count in counts if count]
            if turns:
                time.sleep(time.monotonic() - began)
    if gone:
        log.info("%d old rows are deleted.", gone)
    return gone


def _batches() -> Iterator[Batch]:
    instant = now()
    yield partial(idempotency.prune, instant - idempotency.KEPT)
    for property_ in Property.objects.all():
        yield partial(events.prune, property_.code, instant - timedelta(days=property_.keep_events))
        yield partial(jobs.prune, property_, instant - _JOBS)
    for exchange in Pbx.objects.select_related("property"):
        # A PBX that no hotel uses keeps its rows as long as a new hotel would.
        property_ = getattr(exchange, "property", None) or Property()
        reports = instant - timedelta(days=property_.keep_reports)
        commands = instant - timedelta(days=property_.keep_commands)
        yield partial(pbx.prune_reports, exchange, reports)
        yield partial(pbx.prune_commands, exchange, commands)
        yield partial(pbx.prune_traffic, exchange, instant - _TRAFFIC)
