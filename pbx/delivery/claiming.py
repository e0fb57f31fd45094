"""Claim commands: the oldest unfinished one of each lane, by one worker at a time.

A failed check-out blocks its lane: the next guest, whose commands wait behind it, must not get the
last guest's alarms. Any other failed command is passed over.
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

# Requests that take many extensions (L4434, L4711), and how many we send at most. The manual limits
# neither list; the only list that it limits has 4096 characters (L1048), far more than a hundred of
# the longest numbers. Each request is applied as a whole, so few large ones load the PBX less than
# many small ones (T23); but if the answer to one is lost, each of its extensions must be queried.
# That costs most for a check-out, hence its small batch.
BATCH: Final = {Kind.DEPROVISION: 20, Kind.PLACE_ALARM: 100, Kind.LIFT_DO_NOT_DISTURB: 100}

# Longer than one call can take, including an invalid token, a login and the repetition. Renewed
# before each request.
LEASE: Final = timedelta(seconds=40)


class ClaimLost(Exception):
    """The lease has expired and another worker has the command."""


def claim(pbx: Pbx) -> list[Command]:
    """Claim the next due command, and others that fit into the same request.

    Empty if nothing is due. All of them are heads of their lanes and marked as in flight.
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
        # Another worker claimed the head of one of these lanes at the same moment.
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
    """Heads of their lanes that are due."""
    lane = Command.objects.filter(pbx=OuterRef("pbx"), extension=OuterRef("extension"))
    earlier = lane.filter(pk__lt=OuterRef("pk"))
    return (
        Command.objects.filter(pbx=pbx, state=State.WAITING, next_try_at__lte=now())
        .exclude(Exists(earlier.filter(state=State.WAITING)))
        # Also a later one: a failed command may be retried while its lane has continued.
        .exclude(Exists(lane.filter(state=State.IN_FLIGHT)))
        .exclude(Exists(earlier.filter(state=State.FAILED, kind=Kind.DEPROVISION)))
    )


def _same_request_commands(pbx: Pbx, first: Command) -> list[Command]:
    """Commands for other extensions that fit into the same request, without a lost answer."""
    size = BATCH.get(Kind(first.kind), 1)
    if size == 1 or first.outcome_unknown:
        return []
    alike = _heads(pbx).filter(kind=first.kind, outcome_unknown=False).exclude(pk=first.pk)
    if first.kind == Kind.PLACE_ALARM:
        alike = alike.filter(payload=first.payload)
    return list(alike[: size - 1])


def renew(commands: Sequence[Command]) -> None:
    """Renew the leases before the next request; raises :class:`ClaimLost`."""
    held = Command.objects.filter(
        pk__in=[command.pk for command in commands],
        claim__in=[command.claim for command in commands],
        state=State.IN_FLIGHT,
    )
    if held.update(claimed_until=now() + LEASE) < len(commands):
        raise ClaimLost


def release(commands: Sequence[Command]) -> None:
    """Release commands of a rejected batch that were not tried separately; they are in doubt."""
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
    """Whether any command is due."""
    return _due(pbx).exists()


def release_stale() -> int:
    """Release commands whose worker has died; their outcome is unknown."""
    return Command.objects.filter(state=State.IN_FLIGHT, claimed_until__lt=now()).update(
        state=State.WAITING,
        outcome_unknown=True,
        claim=None,
        claimed_until=None,
        next_try_at=now(),
        last_error="The worker that delivered it has died.",
    )
