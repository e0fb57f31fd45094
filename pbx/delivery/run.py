"""The delivery loop, and what becomes of a command."""

import logging
from collections.abc import Callable
from typing import Any, Final

from django.db import transaction

from hotelpbx.clock import now
from pbx import link, outbox
from pbx.client import PbxClient
from pbx.delivery import alarms, check_out, configure, look
from pbx.delivery.backoff import delay
from pbx.delivery.claiming import ClaimLost, claim, release_stale
from pbx.delivery.conversation import Conversation
from pbx.errors import Misconfigured, PbxError, Rejected, TokenInvalid, TooFrequent, TryLater
from pbx.models import Command, Pbx

__all__ = ["deliver_due", "release_stale"]

log = logging.getLogger(__name__)

Kind = Command.Kind
State = Command.State

Results = dict[int, dict[str, Any]]

# What carries the commands of one kind to the PBX; returns a result for each, by its id.
_DELIVERIES: Final[dict[str, Callable[[Conversation, list[Command]], Results]]] = {
    Kind.CONFIGURE: configure.deliver,
    Kind.CHECK_OUT: check_out.deliver,
    Kind.PLACE_ALARM: alarms.place,
    Kind.REMOVE_ALARM: alarms.remove,
    Kind.LOOK: look.deliver,
}


def deliver_due(pbx: Pbx) -> int:
    """Deliver what is due, until nothing is or the link fails; returns how many were tried."""
    tried = 0
    client: PbxClient | None = None
    while commands := claim(pbx):
        tried += len(commands)
        client = client or link.client_for(pbx)
        if not _attempt(client, commands):
            break
    return tried


def _attempt(client: PbxClient, commands: list[Command]) -> bool:
    """Deliver commands of one kind. False: the link fails, the next one would fare no better."""
    pbx = commands[0].pbx
    try:
        results = _DELIVERIES[commands[0].kind](Conversation(client, commands), commands)
    except ClaimLost:
        log.warning("%s took too long and is somebody else's now.", commands[0])
        return True
    except PbxError as fault:
        if isinstance(fault, Rejected) and len(commands) > 1:
            # One missing extension must not hold back the others (T36).
            singly = [_attempt(client, [command]) for command in commands]
            return all(singly)
        for command in commands:
            _write_down_failure(command, fault)
        link.note_failure(pbx, fault)
        return not isinstance(fault, TryLater | Misconfigured | TokenInvalid)
    except Exception as fault:
        log.exception("%s could not be delivered.", commands[0])
        broken = Rejected(f"The program failed with {type(fault).__name__}: see the log.")
        for command in commands:
            _write_down_failure(command, broken)
        return True
    link.note_success(pbx)
    for command in commands:
        _finish(command, State.DONE, result=results.get(command.pk, {}), last_error="")
    return True


def _write_down_failure(command: Command, fault: PbxError) -> None:
    if isinstance(fault, Rejected):
        log.warning("%s was refused: %s", command, fault)
        _finish(command, State.FAILED, last_error=str(fault))
        return
    Command.objects.filter(pk=command.pk, claim=command.claim).update(
        state=State.WAITING,
        claim=None,
        claimed_until=None,
        outcome_unknown=command.outcome_unknown or fault.outcome_unknown,
        next_try_at=now() + delay(command.attempts),
        last_error=str(fault),
    )
    level = logging.INFO if isinstance(fault, TooFrequent) else logging.WARNING
    log.log(level, "%s is tried again later: %s", command, fault)


def _finish(command: Command, state: Command.State, **fields: Any) -> None:
    """Write the end of a command, if it is still ours."""
    with transaction.atomic():
        held = Command.objects.select_for_update().filter(pk=command.pk, claim=command.claim)
        ours = held.select_related("pbx").first() if command.claim else None
        if ours is None:
            log.warning("%s was finished by somebody else.", command)
            return
        for name, value in fields.items():
            setattr(ours, name, value)
        outbox.finish(ours, state)
        outbox.wake_delivery(ours.pbx)
