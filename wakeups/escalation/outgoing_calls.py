"""Calls of ours: placed as commands of the outbox, and the results of these commands.

A call is placed in time or not at all (:mod:`pbx.delivery.originate`); its result is assessed from
the reports about its ``callid``.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet

from hotelpbx.clock import now
from pbx import outbox
from pbx.models import Command
from wakeups.alarms import do_not_disturb
from wakeups.models import Attempt, Occurrence, WakeUpSettings
from wakeups.occurrences import call_subject
from wakeups.outcome.record_observations import check_soon
from wakeups.settings import settings_of

Kind = Attempt.Kind
Result = Attempt.Result

# How long a call may wait in the outbox; after that it is not placed, and the next step follows.
MAX_WAIT: Final = timedelta(seconds=60)
# From the PBX's acceptance until no report about the call is expected any more.
MAX_DURATION: Final = {
    Kind.OWN_CALL: timedelta(minutes=2),
    Kind.CONFIRMATION: timedelta(minutes=3),
    Kind.DESK: timedelta(minutes=2),
}


def place(occurrence: Occurrence, kind: Attempt.Kind, extension: str, instant: datetime) -> None:
    """Have the PBX ring a phone.

    An equal call for another occurrence, waiting or in progress, is shared: two stays of one room
    are called once, and so is the desk for ten alerts.
    """
    settings, pbx = settings_of(occurrence.call.property), occurrence.call.property.pbx
    shared = _open_calls(occurrence, kind, extension).first()
    attempt = Attempt.objects.create(
        occurrence=occurrence,
        kind=kind,
        extension=extension,
        due_at=instant,
        ends_at=shared.ends_at if shared else instant + MAX_WAIT + MAX_DURATION[kind],
        callid=shared.callid if shared else "",
        started_at=shared.started_at if shared else None,
        evidence=shared.evidence if shared else [],
    )
    if shared is None and pbx is not None:
        if kind in Attempt.OUTGOING:
            do_not_disturb.suspend(occurrence)
        parameters = {**_target(kind, settings), "not_after": (instant + MAX_WAIT).isoformat()}
        outbox.originate(pbx, extension, parameters, subject=call_subject(attempt))


def apply_command(command: Command, number: int) -> None:
    """Apply the result of a command to all attempts that share its call."""
    asked = Attempt.objects.select_related("occurrence__call").filter(pk=number).first()
    if asked is None or command.state == Command.State.SUPERSEDED:
        return
    refused = command.result.get("refused")
    if command.state != Command.State.DONE:
        refused = command.last_error or "The call was not made."
    sharing = _open_calls(asked.occurrence, Kind(asked.kind), asked.extension).filter(callid="")
    check_soon(list(sharing.values_list("pk", flat=True)))
    for attempt in sharing.select_for_update(of=("self",), no_key=True):
        if refused is not None:
            attempt.result, attempt.detail, attempt.ended_at = Result.FAILED, refused, now()
        else:
            attempt.callid = str(command.result.get("callid", ""))
            attempt.started_at = now()
            attempt.ends_at = now() + MAX_DURATION[Kind(attempt.kind)]
        attempt.save()


def _open_calls(occurrence: Occurrence, kind: Attempt.Kind, extension: str) -> QuerySet[Attempt]:
    return Attempt.objects.filter(
        kind=kind,
        extension=extension,
        result__in=Attempt.OPEN,
        occurrence__call__property=occurrence.call.property_id,
    ).order_by("pk")


def _target(kind: Attempt.Kind, settings: WakeUpSettings) -> dict[str, str]:
    if kind == Kind.CONFIRMATION:
        return {"ivr": settings.confirm_ivr}
    return {"prompt": settings.desk_prompt if kind == Kind.DESK else settings.fallback_prompt}
