"""How many requests are sent to a PBX concurrently, and how fast.

The PBX applies each change at once, and too many in a short time can block its calls (L8, T23). It
then answers 10025: delivery pauses, continues with one request at a time, and pauses longer if that
is still too much. Each success makes it faster again.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from django.db import transaction

from hotelpbx.advisory_locks import try_lock
from hotelpbx.clock import now
from pbx import session
from pbx.models import Pbx, PbxLink

# Seconds. The pause doubles from FIRST to LONGEST; below LEAST it ends.
FIRST: Final = 1.0
LONGEST: Final = 4.0
LEAST: Final = 0.2


def is_paused(pbx: Pbx) -> bool:
    """Whether delivery to the PBX is paused."""
    return PbxLink.objects.filter(pbx=pbx, paused_until__gt=now()).exists()


@contextmanager
def slot(pbx: Pbx) -> Iterator[bool]:
    """One of the slots for concurrent requests; yields False if all are taken."""
    slots = list(range(_slots(pbx)))
    random.shuffle(slots)
    for number in slots:
        with try_lock(f"deliver:{pbx.pk}:{number}") as acquired:
            if acquired:
                yield True
                return
    yield False


def slow_down(pbx: Pbx) -> timedelta:
    """Pause after error 10025, longer than the last time; returns how long."""
    with transaction.atomic():
        row = _locked(pbx)
        row.pace_seconds = min(max(row.pace_seconds * 2, FIRST), LONGEST)
        pause = timedelta(seconds=row.pace_seconds)
        row.paused_until = now() + pause
        row.save(update_fields=["pace_seconds", "paused_until"])
    return pause


def speed_up(pbx: Pbx) -> None:
    """Halve the pause after a successful request, down to none."""
    if not _recovers(pbx):
        return
    with transaction.atomic():
        row = _locked(pbx)
        row.pace_seconds = row.pace_seconds / 2 if row.pace_seconds / 2 >= LEAST else 0
        row.save(update_fields=["pace_seconds"])


def _slots(pbx: Pbx) -> int:
    """The number of slots; one while the PBX recovers, which is slot 0 of the usual ones."""
    return 1 if _recovers(pbx) else max(1, pbx.parallel_requests)


def _recovers(pbx: Pbx) -> bool:
    return PbxLink.objects.filter(pbx=pbx, pace_seconds__gt=0).exists()


def _locked(pbx: Pbx) -> PbxLink:
    session.link_of(pbx)
    return PbxLink.objects.select_for_update().get(pbx=pbx)
