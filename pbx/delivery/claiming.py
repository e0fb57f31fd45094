"""Claiming commands: the oldest unfinished one of each lane, by one worker at a time.

A failed check-out holds its lane: behind it waits the next guest, who must not get the last
one's alarms. Any other failed command steps aside.
"""

import uuid
from datetime import timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from hotelpbx.clock import now
from pbx.models import Command, Pbx

State = Command.State
Kind = Command.Kind

# What the API takes for many extensions in one request (L4434, L4711), and how many we dare.
BATCHED: Final = (Kind.CHECK_OUT, Kind.PLACE_ALARM)
BATCH: Final = 20

# Longer than one call may take, with a refused token, a login and the repetition in it;
# renewed before each request.
LEASE: Final = timedelta(seconds=50)


class ClaimLost(Exception):
    """The lease ran out and somebody else has the command now: leave it alone."""


def claim(pbx: Pbx) -> list[Command]:
    """Take the next due command, and with it others that one request can carry.

    Empty when nothing is due. All of them are heads of their lanes and marked in flight.
    """
    try:
        with transaction.atomic():
            first = _heads(pbx).first()
            if first is None:
                return []
            taken = [first, *_companions(pbx, first)]
            for command in taken:
                command.state = State.IN_FLIGHT
                command.claim = uuid.uuid4()
                command.claimed_until = now() + LEASE
                command.attempts += 1
            Command.objects.bulk_update(taken, ["state", "claim", "claimed_until", "attempts"])
    except IntegrityError:
        # Another worker took the head of one of these lanes in the same moment.
        return []
    return taken


def _heads(pbx: Pbx) -> QuerySet[Command]:
    earlier = Command.objects.filter(
        pbx=OuterRef("pbx"), extension=OuterRef("extension"), pk__lt=OuterRef("pk")
    )
    return (
        Command.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("pbx")
        .filter(pbx=pbx, state=State.WAITING, next_try_at__lte=now())
        .exclude(Exists(earlier.filter(state__in=[State.WAITING, State.IN_FLIGHT])))
        .exclude(Exists(earlier.filter(state=State.FAILED, kind=Kind.CHECK_OUT)))
        .order_by("next_try_at", "pk")
    )


def _companions(pbx: Pbx, first: Command) -> list[Command]:
    """What can go along: the same wish for other extensions, not in doubt by a lost answer."""
    if first.kind not in BATCHED or first.outcome_unknown:
        return []
    alike = _heads(pbx).filter(kind=first.kind, outcome_unknown=False).exclude(pk=first.pk)
    if first.kind == Kind.PLACE_ALARM:
        alike = alike.filter(payload=first.payload)
    return list(alike[: BATCH - 1])


def renew(command: Command) -> None:
    """Prolong the lease before the next request; raises :class:`ClaimLost`."""
    held = Command.objects.filter(pk=command.pk, claim=command.claim, state=State.IN_FLIGHT)
    if not held.update(claimed_until=now() + LEASE):
        raise ClaimLost


def release_stale() -> int:
    """Give back commands whose worker has died; what it did last is not known."""
    return Command.objects.filter(state=State.IN_FLIGHT, claimed_until__lt=now()).update(
        state=State.WAITING,
        outcome_unknown=True,
        claim=None,
        claimed_until=None,
        next_try_at=now(),
        last_error="The worker that was at it has died.",
    )
