"""The delivery loop, and the outcome of commands."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from django.db import transaction

from hotelpbx.clock import now
from hotelpbx.task_queue import sending
from pbx import link, outbox, session
from pbx.client import PbxClient
from pbx.delivery import (
    alarms,
    claiming,
    deprovision,
    do_not_disturb,
    originate,
    pace,
    provision,
    read_state,
)
from pbx.delivery.backoff import delay
from pbx.delivery.claiming import release_stale
from pbx.delivery.leased_client import LeasedClient
from pbx.errors import (
    Misconfigured,
    PbxError,
    PromptMissing,
    Rejected,
    TokenInvalid,
    TooFrequent,
    TryLater,
)
from pbx.models import Command, Pbx
from pbx.signals import phone_in_doubt

__all__ = ["deliver_due", "release_stale"]

log = logging.getLogger(__name__)

Kind = Command.Kind
State = Command.State

Results = dict[int, dict[str, Any]]

# Delivers commands of one kind to the PBX; returns a result for each, by its id.
_DELIVERIES: Final[dict[str, Callable[[LeasedClient, list[Command]], Results]]] = {
    Kind.PROVISION: provision.deliver,
    Kind.DEPROVISION: deprovision.deliver,
    Kind.PLACE_ALARM: alarms.place,
    Kind.REMOVE_ALARM: alarms.remove,
    Kind.READ_STATE: read_state.deliver,
    Kind.ORIGINATE: originate.deliver,
    Kind.LIFT_DO_NOT_DISTURB: do_not_disturb.deliver,
}


def deliver_due(pbx: Pbx) -> int:
    """Deliver due commands until none is left or the link fails; returns how many were tried.

    Several processes may do so concurrently, limited by the PBX's slots (:mod:`pbx.delivery.pace`).
    """
    tried = 0
    while claiming.is_due(pbx) and not pace.is_paused(pbx):
        with pace.slot(pbx) as acquired:
            if not acquired:
                break  # whoever has a slot checks again after releasing it
            count, goes_on = _deliver(pbx)
        tried += count
        if not goes_on or not count:
            break
    return tried


def _deliver(pbx: Pbx) -> tuple[int, bool]:
    """How many commands were tried, and whether the link still works."""
    tried = 0
    outbox.enqueue_delivery(pbx)  # for another slot, if one is free and commands are due
    client = session.client_for(pbx)
    while not pace.is_paused(pbx) and (commands := claiming.claim(pbx)):
        tried += len(commands)
        if not _attempt(client, commands):
            return tried, False
    return tried, True


def _attempt(client: PbxClient, commands: list[Command]) -> bool:
    """Deliver commands of one kind. False: the link fails, so the next ones would fail too."""
    pbx = commands[0].pbx
    try:
        results = _DELIVERIES[commands[0].kind](LeasedClient(client, commands), commands)
    except claiming.ClaimLost:
        log.warning("%s took too long; another worker has it now.", commands[0])
        return True
    except PbxError as fault:
        if _may_hold_for_some(fault) and len(commands) > 1:
            return _attempt_in_parts(client, commands)
        _record_failures(commands, fault)
        link.note_failure(pbx, fault)
        return not isinstance(fault, TryLater | Misconfigured | TokenInvalid)
    except Exception as fault:
        log.exception("%s could not be delivered.", commands[0])
        _record_failures(
            commands, Rejected(f"Internal error ({type(fault).__name__}): see the log.")
        )
        return True
    link.note_success(pbx)
    pace.speed_up(pbx)
    for command in commands:
        _finish(command, State.DONE, result=results.get(command.pk, {}), last_error="")
    if len(commands) > 1:
        outbox.enqueue_delivery(pbx)  # many lanes continue at once
    return True


def _may_hold_for_some(fault: PbxError) -> bool:
    """Whether a rejected batch may succeed for some of its commands."""
    return isinstance(fault, Rejected) and not isinstance(fault, PromptMissing)


def _attempt_in_parts(client: PbxClient, commands: list[Command]) -> bool:
    """Retry a rejected batch in parts: one missing extension must not hold back the others.

    The PBX does not say which of them it did before it rejected the batch (T36): all are in doubt.
    Alarms are split in halves, so that the rejected one is found among a hundred with few requests;
    check-outs are tried one by one, because each must be queried.
    """
    size = (len(commands) + 1) // 2 if commands[0].kind == Kind.PLACE_ALARM else 1
    for command in commands:
        command.outcome_unknown = True
    for start in range(0, len(commands), size):
        if not _attempt(client, commands[start : start + size]):
            claiming.release(commands[start + size :])
            return False
    return True


def _record_failures(commands: list[Command], fault: PbxError) -> None:
    pbx, pause = commands[0].pbx, None
    if isinstance(fault, TooFrequent):
        pause = pace.slow_down(pbx)
        sending.enqueue_later(pause.total_seconds(), "pbx.tasks.deliver", pbx.pk)
    for command in commands:
        if isinstance(fault, Rejected):
            log.warning("%s was refused: %s", command, fault)
            _finish(command, State.FAILED, last_error=str(fault))
        else:
            _try_later(command, fault, pause or delay(command.attempts))


def _try_later(command: Command, fault: PbxError, pause: timedelta) -> None:
    Command.objects.filter(pk=command.pk, claim=command.claim).update(
        state=State.WAITING,
        claim=None,
        claimed_until=None,
        outcome_unknown=command.outcome_unknown or fault.outcome_unknown,
        next_try_at=now() + pause,
        last_error=str(fault),
    )
    level = logging.INFO if isinstance(fault, TooFrequent) else logging.WARNING
    log.log(level, "%s is tried again later: %s", command, fault)


def _finish(command: Command, state: Command.State, **fields: Any) -> None:
    """Store the final state of a command, if we still hold its claim."""
    with transaction.atomic():
        # Do not lock the PBX's row: each new command refers to it.
        held = Command.objects.select_for_update(of=("self",)).filter(
            pk=command.pk, claim=command.claim
        )
        ours = held.select_related("pbx").first() if command.claim else None
        if ours is None:
            log.warning("%s was finished by another worker.", command)
            return
        # A request whose answer was lost may still be carried out late.
        in_doubt = ours.outcome_unknown and ours.kind in (Kind.PROVISION, Kind.DEPROVISION)
        for name, value in fields.items():
            setattr(ours, name, value)
        outbox.finish(ours, state)
        if in_doubt and state == State.DONE:
            phone_in_doubt.send(sender=Command, pbx=ours.pbx, extension=ours.extension)
