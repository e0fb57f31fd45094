"""How many requests a PBX is asked to work on at a time, and how fast.

Each change is applied by the PBX at once, and too many in a short time can block its calls
(L8, T23). It then answers 10025: everything pauses, goes on one request at a time, and pauses
longer if that was still too much. Each success makes it faster again.
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

# Seconds. The pause doubles from the first to the longest; below the least it is none.
FIRST: Final = 1.0
LONGEST: Final = 4.0
LEAST: Final = 0.2


def is_paused(pbx: Pbx) -> bool:
    """Whether the PBX is to be left alone for the moment."""
    return PbxLink.objects.filter(pbx=pbx, paused_until__gt=now()).exists()


@contextmanager
def slot(pbx: Pbx) -> Iterator[bool]:
    """One of the places at which requests may be made; yields False when all are taken."""
    places = list(range(_places(pbx)))
    random.shuffle(places)
    for place in places:
        with try_lock(f"deliver:{pbx.pk}:{place}") as mine:
            if mine:
                yield True
                return
    yield False


def slow_down(pbx: Pbx) -> timedelta:
    """The PBX has answered 10025: pause, and longer than the last time. Returns how long."""
    with transaction.atomic():
        row = _locked(pbx)
        row.pace_seconds = min(max(row.pace_seconds * 2, FIRST), LONGEST)
        pause = timedelta(seconds=row.pace_seconds)
        row.paused_until = now() + pause
        row.save(update_fields=["pace_seconds", "paused_until"])
    return pause


def speed_up(pbx: Pbx) -> None:
    """A request has gone well: half the pause, and soon none."""
    if not _recovers(pbx):
        return
    with transaction.atomic():
        row = _locked(pbx)
        row.pace_seconds = row.pace_seconds / 2 if row.pace_seconds / 2 >= LEAST else 0
        row.save(update_fields=["pace_seconds"])


def _places(pbx: Pbx) -> int:
    """One while the PBX recovers; place 0 is among them all, so it is never more than that."""
    return 1 if _recovers(pbx) else max(1, pbx.parallel_requests)


def _recovers(pbx: Pbx) -> bool:
    return PbxLink.objects.filter(pbx=pbx, pace_seconds__gt=0).exists()


def _locked(pbx: Pbx) -> PbxLink:
    session.link_of(pbx)
    return PbxLink.objects.select_for_update().get(pbx=pbx)
