"""Writing down what each attempt has come to, by all that was reported about it so far."""

from datetime import datetime
from typing import Final

from hotelpbx.clock import now
from rooms.models import Phone
from wakeups.models import Attempt, Occurrence, WakeUpSettings
from wakeups.outcome.assessment import Question, Verdict, judge
from wakeups.outcome.observations import Sign, What
from wakeups.outcome.record_observations import EARLY
from wakeups.schedule import RING_OUT

Kind = Attempt.Kind
Result = Attempt.Result

_BEFORE: Final = {Phone.Status.BUSY: What.BUSY, Phone.Status.UNAVAILABLE: What.AWAY}


def refresh(occurrence: Occurrence, attempts: list[Attempt], settings: WakeUpSettings) -> None:
    """Conclude anew for each attempt whose result may still change."""
    for attempt in attempts:
        if attempt.kind == Kind.PERSON or attempt.result in (Result.CANCELLED, Result.FAILED):
            continue
        if attempt.kind == Kind.PBX and occurrence.rings_at:
            _note_state_before(attempt)
        _write(attempt, judge(attempt.signs, _question(occurrence, attempt, settings)), settings)


def _question(occurrence: Occurrence, attempt: Attempt, settings: WakeUpSettings) -> Question:
    ours = attempt.kind in Attempt.OURS
    keys = {settings.confirm_key, settings.snooze_key} - {""} if ours else set()
    return Question(
        now=now(),
        until=attempt.ends_at or _until(attempt),
        callid=attempt.callid,
        keys=keys,
        wants_key=attempt.kind == Kind.CONFIRMATION,
    )


def _until(attempt: Attempt) -> datetime:
    """When it is over that a ring was due: the phone's time to ring, and the PBX's to report."""
    return attempt.due_at + RING_OUT


def _note_state_before(attempt: Attempt) -> None:
    """A receiver that was off the hook before, or a phone that was not connected."""
    instant = now()
    if attempt.evidence or not attempt.due_at - EARLY <= instant <= attempt.due_at + RING_OUT:
        return
    phone = Phone.objects.filter(
        property=attempt.occurrence.call.property_id, extension=attempt.extension
    ).first()
    what = _BEFORE.get(Phone.Status(phone.status)) if phone else None
    if phone and what:
        since = phone.status_since or instant
        attempt.evidence = [Sign(min(since, attempt.due_at - EARLY), what).as_json()]


def _write(attempt: Attempt, verdict: Verdict, settings: WakeUpSettings) -> None:
    snoozed = verdict.key != "" and verdict.key == settings.snooze_key
    attempt.result = Result.NO_ANSWER if snoozed else verdict.result
    attempt.snoozed = snoozed
    if verdict.why or not attempt.detail:
        attempt.detail = "The guest wants to sleep on." if snoozed else verdict.why
    attempt.started_at = attempt.started_at or verdict.rang_at
    attempt.answered_at = verdict.answered_at
    attempt.ended_at = verdict.ended_at
    attempt.save()
