"""Saving the result of each attempt, as far as it is known."""

from typing import Final

from hotelpbx.clock import now
from rooms.models import Phone
from wakeups.models import Attempt, Occurrence, WakeUpSettings
from wakeups.models.observation import Observation, ObservationKind
from wakeups.outcome.assessment import Assessment, Criteria, assess
from wakeups.outcome.record_observations import CLOCK_TOLERANCE
from wakeups.schedule import RING_OUT

Kind = Attempt.Kind
Result = Attempt.Result

_STATES_BEFORE: Final = {
    Phone.Status.BUSY: ObservationKind.BUSY,
    Phone.Status.UNAVAILABLE: ObservationKind.UNAVAILABLE,
}


def reassess(occurrence: Occurrence, attempts: list[Attempt], settings: WakeUpSettings) -> None:
    """Assess each attempt whose result may still change, and save it."""
    for attempt in attempts:
        if attempt.kind == Kind.PERSON or attempt.result in (Result.CANCELLED, Result.FAILED):
            continue
        if attempt.kind == Kind.PBX and occurrence.rings_at:
            _record_state_before(attempt)
        assessment = assess(attempt.observations, _criteria(attempt, settings))
        _save(attempt, assessment, settings)


def _criteria(attempt: Attempt, settings: WakeUpSettings) -> Criteria:
    outgoing = attempt.kind in Attempt.OUTGOING
    keys = {settings.confirm_key, settings.snooze_key} - {""} if outgoing else set()
    return Criteria(
        now=now(),
        until=attempt.ends_at or attempt.due_at + RING_OUT,
        callid=attempt.callid,
        keys=keys,
        wants_key=attempt.kind == Kind.CONFIRMATION,
    )


def _record_state_before(attempt: Attempt) -> None:
    """Record that the phone was busy or not connected before the ring was due."""
    instant = now()
    if (
        attempt.evidence
        or not attempt.due_at - CLOCK_TOLERANCE <= instant <= attempt.due_at + RING_OUT
    ):
        return
    phone = Phone.objects.filter(
        property=attempt.occurrence.call.property_id, extension=attempt.extension
    ).first()
    kind = _STATES_BEFORE.get(Phone.Status(phone.status)) if phone else None
    if phone and kind:
        since = phone.status_since or instant
        attempt.evidence = [
            Observation(min(since, attempt.due_at - CLOCK_TOLERANCE), kind).as_json()
        ]


def _save(attempt: Attempt, assessment: Assessment, settings: WakeUpSettings) -> None:
    snoozed = assessment.key != "" and assessment.key == settings.snooze_key
    attempt.result = Result.NO_ANSWER if snoozed else assessment.result
    attempt.snoozed = snoozed
    if assessment.why or not attempt.detail:
        attempt.detail = "The guest asked for a snooze." if snoozed else assessment.why
    attempt.started_at = attempt.started_at or assessment.rang_at
    attempt.answered_at = assessment.answered_at
    attempt.ended_at = assessment.ended_at
    attempt.save()
