"""The result of one attempt, from the observations made during it. Pure.

The PBX does not report that an alarm rang, was answered or was missed (T6). So every report about
the phone is kept, and the result is derived from all of them each time one is added. The order in
which reports arrive does not matter, except for the phone's own states, which carry no time. The
table is in docs/wake-up-calls.md.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from wakeups.models import WakeUpCall
from wakeups.models.observation import Observation, ObservationKind
from wakeups.outcome.timeline import SETTLE, Timeline

Result = WakeUpCall.Status

# An answered call counts after this delay even if no phone state shows a lifted receiver. By then
# the call record would have shown voicemail.
ANSWER_DELAY: Final = timedelta(seconds=30)


# CallFailed reasons, by their beginning (L5422-L5430, and the words of older firmware).
_REASONS: Final = {
    "480": "Nobody answered.",
    "486": "The call was refused at the phone.",
    "487": "The call was ended before anybody answered.",
    "603": "Nobody answered until the ringing ended.",
    "404": "The PBX knows no such phone.",
    "503": "The phone cannot be reached.",
    "dnd": "Do-not-disturb is on at the phone.",
    "user busy": "The phone was busy.",
    "line unreachable": "The phone cannot be reached.",
}
_RECORDS: Final = {
    "NOANSWER": "Nobody answered.",
    "BUSY": "The phone was busy.",
    "FAILED": "The phone cannot be reached.",
}


@dataclass(frozen=True)
class Criteria:
    """What an attempt is assessed by.

    :param now: the current time
    :param until: no report is expected later
    :param callid: of our own call; empty for the PBX's alarm, whose call id is unknown
    :param keys: keys with a meaning
    :param wants_key: lifting the receiver alone is not enough
    """

    now: datetime
    until: datetime
    callid: str = ""
    keys: Collection[str] = ()
    wants_key: bool = False


@dataclass(frozen=True)
class Assessment:
    """What is known now: pending, ringing, completed (answered), confirmed, no_answer, unknown.

    :param ended_at: when the phone was free again, if that was reported
    :param key: the first key with a meaning
    """

    result: str
    why: str = ""
    rang_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    key: str = ""


def assess(observations: Iterable[Observation], criteria: Criteria) -> Assessment:
    """The result of an attempt, from all observations of it."""
    timeline = Timeline(sorted(observations, key=lambda each: each.at), criteria.callid)
    assessment = _assess(timeline, criteria)
    return replace(assessment, rang_at=timeline.rang_at, ended_at=timeline.ended_at)


def _assess(timeline: Timeline, criteria: Criteria) -> Assessment:
    pressed = _first_key(timeline, criteria.keys)
    if pressed is not None:
        key = next(each for each in pressed.detail if each in criteria.keys)
        return Assessment(Result.CONFIRMED, f"Key {key} was pressed.", None, pressed.at, None, key)
    answered = _answered(timeline, criteria)
    if answered is None:
        return _not_answered(timeline, criteria)
    if criteria.wants_key and answered.result == Result.COMPLETED:
        return _without_key(timeline, criteria, answered)
    return answered


def _first_key(timeline: Timeline, keys: Collection[str]) -> Observation | None:
    pressed = (each for each in timeline.own if each.kind == ObservationKind.KEYS)
    return next((each for each in pressed if any(key in keys for key in each.detail)), None)


def _answered(timeline: Timeline, criteria: Criteria) -> Assessment | None:
    """Answered, possibly answered (then ringing), answered by voicemail; None: not answered."""
    records = [each.detail for each in timeline.own if each.kind == ObservationKind.CALL_RECORD]
    if "VOICEMAIL" in records:
        return Assessment(Result.NO_ANSWER, "Voicemail has answered, not the guest.")
    lifted, answer = timeline.lifted_at, timeline.answer
    if lifted and answer:
        return Assessment(Result.COMPLETED, "The call was answered.", answered_at=lifted)
    if lifted:
        sure = criteria.now >= lifted + SETTLE
        result = Result.COMPLETED if sure else Result.RINGING
        return Assessment(result, "The receiver was lifted.", answered_at=lifted if sure else None)
    if answer is None:
        return None
    if not timeline.has_states:
        sure = "ANSWERED" in records or criteria.now >= answer.at + ANSWER_DELAY
        result = Result.COMPLETED if sure else Result.RINGING
        return Assessment(result, "The call was answered.", answered_at=answer.at if sure else None)
    if timeline.is_over or criteria.now >= answer.at + ANSWER_DELAY:
        why = "Something answered, but the receiver was not lifted: voicemail, or a forwarding."
        return Assessment(Result.NO_ANSWER, why)
    return Assessment(Result.RINGING)


def _without_key(timeline: Timeline, criteria: Criteria, answered: Assessment) -> Assessment:
    if timeline.is_over or criteria.now >= criteria.until:
        why = "The receiver was lifted, but no key was pressed."
        return Assessment(Result.NO_ANSWER, why, answered_at=answered.answered_at)
    return Assessment(Result.RINGING, answered_at=answered.answered_at)


def _not_answered(timeline: Timeline, criteria: Criteria) -> Assessment:
    reasons = [
        reason_of(each.detail) for each in timeline.own if each.kind == ObservationKind.CALL_FAILED
    ]
    reasons += [_RECORDS[each.detail] for each in timeline.own if each.detail in _RECORDS]
    if reasons:
        return Assessment(Result.NO_ANSWER, reasons[0])
    over = criteria.now >= criteria.until
    if timeline.rang_at:
        if timeline.is_over or over:
            return Assessment(Result.NO_ANSWER, "The phone rang and nobody answered.")
        return Assessment(Result.RINGING)
    return _never_rang(timeline) if over else Assessment(Result.PENDING)


def _never_rang(timeline: Timeline) -> Assessment:
    states = [each.kind for each in timeline.states]
    if ObservationKind.UNAVAILABLE in states[-1:]:
        return Assessment(Result.NO_ANSWER, "The phone is not connected to the PBX.")
    if ObservationKind.BUSY in states[:1]:
        if timeline.other_calls:
            return Assessment(Result.NO_ANSWER, "The guest was on the phone.")
        return Assessment(Result.NO_ANSWER, "The receiver was off the hook.")
    if timeline.other_calls:
        return Assessment(Result.UNKNOWN, "The phone rang for another call, as far as is known.")
    return Assessment(Result.UNKNOWN, "No report tells whether the phone rang.")


def reason_of(text: str) -> str:
    """A CallFailed reason in words."""
    reason = text.strip().lower()
    found = next((words for start, words in _REASONS.items() if reason.startswith(start)), None)
    return found or f"The call failed: {text or 'no reason given'}."
