"""Claiming commands: the oldest unfinished one of each lane, by one worker at a time.

A failed check-out holds its lane: behind it waits the next guest, who must not get the last
one's alarms. Any other failed command steps aside.
"""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from hotelpbx.clock import now
from pbx.models import Command, Pbx

State = Command.State
Kind = Command.Kind

# What the API takes for many extensions in one request (L4434, L4711), and how many we dare. The
# manual bounds neither list; the only list that it bounds has 4096 characters (L1048), which a
# hundred of the longest numbers keep well within. Each request is applied as a whole, so few large
# ones are easier on the PBX than many small ones (T23); but when the answer to one is lost, each of
# its extensions is asked about. A check-out that is in doubt costs most, hence the fewest.
BATCH: Final = {Kind.DEPROVISION: 20, Kind.PLACE_ALARM: 100, Kind.LIFT_DO_NOT_DISTURB: 100}

# Longer than one call may take, with a refused token, a login and the repetition in it;
# renewed before each request.
LEASE: Final = timedelta(seconds=40)


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
            taken = [first, *_same_request_commands(pbx, first)]
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
    return (
        _due(pbx)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("pbx")
        .order_by("next_try_at", "pk")
    )


def _due(pbx: Pbx) -> QuerySet[Command]:
    """Heads of their lanes whose time has come."""
    lane = Command.objects.filter(pbx=OuterRef("pbx"), extension=OuterRef("extension"))
    earlier = lane.filter(pk__lt=OuterRef("pk"))
    return (
        Command.objects.filter(pbx=pbx, state=State.WAITING, next_try_at__lte=now())
        .exclude(Exists(earlier.filter(state=State.WAITING)))
        # Also a later one: what failed is tried again while its lane has gone on.
        .exclude(Exists(lane.filter(state=State.IN_FLIGHT)))
        .exclude(Exists(earlier.filter(state=State.FAILED, kind=Kind.DEPROVISION)))
    )


def _same_request_commands(pbx: Pbx, first: Command) -> list[Command]:
    """What can go along: the same wish for other extensions, not in doubt by a lost answer."""
    size = BATCH.get(Kind(first.kind), 1)
    if size == 1 or first.outcome_unknown:
        return []
    alike = _heads(pbx).filter(kind=first.kind, outcome_unknown=False).exclude(pk=first.pk)
    if first.kind == Kind.PLACE_ALARM:
        alike = alike.filter(payload=first.payload)
    return list(alike[: size - 1])


def renew(commands: Sequence[Command]) -> None:
    """Prolong the leases before the next request; raises :class:`ClaimLost`."""
    held = Command.objects.filter(
        pk__in=[command.pk for command in commands],
        claim__in=[command.claim for command in commands],
        state=State.IN_FLIGHT,
    )
    if held.update(claimed_until=now() + LEASE) < len(commands):
        raise ClaimLost


def release(commands: Sequence[Command]) -> None:
    """Let go of commands of a refused batch whose turn did not come; they are in doubt."""
    Command.objects.filter(
        pk__in=[command.pk for command in commands],
        claim__in=[command.claim for command in commands],
    ).update(
        state=State.WAITING,
        outcome_unknown=True,
        claim=None,
        claimed_until=None,
        next_try_at=now(),
    )


def is_due(pbx: Pbx) -> bool:
    """Whether there is something to claim."""
    return _due(pbx).exists()


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
