"""Calls of ours: asked for as commands of the outbox, and what becomes of those.

A call is made in time or not at all (:mod:`pbx.delivery.originate`); its result is
concluded from the reports about its ``callid``.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet

from hotelpbx.clock import now
from pbx import outbox
from pbx.models import Command
from wakeups.alarms import do_not_disturb
from wakeups.models import Attempt, Occurrence, WakeUpSettings
from wakeups.occurrences import ring_subject
from wakeups.outcome.record_observations import look_soon
from wakeups.settings import settings_of

Kind = Attempt.Kind
Result = Attempt.Result

# How long a call may wait for its turn; later it is not made, and the next step follows.
IN_TIME: Final = timedelta(seconds=60)
# From the PBX's promise to the moment when no report about the call is expected any more.
LASTS: Final = {
    Kind.OWN_CALL: timedelta(minutes=2),
    Kind.CONFIRMATION: timedelta(minutes=3),
    Kind.DESK: timedelta(minutes=2),
}


def call(occurrence: Occurrence, kind: Attempt.Kind, extension: str, instant: datetime) -> None:
    """Have the PBX ring a phone. Another occurrence's equal call that waits or goes on is shared:
    two stays of one room are called once, and so is the desk for ten alarms."""
    settings, pbx = settings_of(occurrence.call.property), occurrence.call.property.pbx
    shared = _open_calls(occurrence, kind, extension).first()
    attempt = Attempt.objects.create(
        occurrence=occurrence,
        kind=kind,
        extension=extension,
        due_at=instant,
        ends_at=shared.ends_at if shared else instant + IN_TIME + LASTS[kind],
        callid=shared.callid if shared else "",
        started_at=shared.started_at if shared else None,
        evidence=shared.evidence if shared else [],
    )
    if shared is None and pbx is not None:
        if kind in Attempt.OURS:
            do_not_disturb.suspend(occurrence)
        parameters = {**_what(kind, settings), "not_after": (instant + IN_TIME).isoformat()}
        outbox.originate(pbx, extension, parameters, subject=ring_subject(attempt))


def follow(command: Command, number: int) -> None:
    """A call has been made, or refused: told to all attempts that share it."""
    asked = Attempt.objects.select_related("occurrence__call").filter(pk=number).first()
    if asked is None or command.state == Command.State.SUPERSEDED:
        return
    refused = command.result.get("refused")
    if command.state != Command.State.DONE:
        refused = command.last_error or "The call was not made."
    sharing = _open_calls(asked.occurrence, Kind(asked.kind), asked.extension).filter(callid="")
    look_soon(list(sharing.values_list("pk", flat=True)))
    for attempt in sharing.select_for_update(of=("self",), no_key=True):
        if refused is not None:
            attempt.result, attempt.detail, attempt.ended_at = Result.FAILED, refused, now()
        else:
            attempt.callid = str(command.result.get("callid", ""))
            attempt.started_at = now()
            attempt.ends_at = now() + LASTS[Kind(attempt.kind)]
        attempt.save()


def _open_calls(occurrence: Occurrence, kind: Attempt.Kind, extension: str) -> QuerySet[Attempt]:
    return Attempt.objects.filter(
        kind=kind,
        extension=extension,
        result__in=Attempt.OPEN,
        occurrence__call__property=occurrence.call.property_id,
    ).order_by("pk")


def _what(kind: Attempt.Kind, settings: WakeUpSettings) -> dict[str, str]:
    if kind == Kind.CONFIRMATION:
        return {"ivr": settings.confirm_ivr}
    return {"prompt": settings.desk_prompt if kind == Kind.DESK else settings.fallback_prompt}
