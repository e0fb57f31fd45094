"""What reports tell about one try to reach a phone: pure, over what was seen.

The PBX does not say that an alarm rang, was answered or missed (T6). So everything that is
reported about the phone meanwhile is kept, and the result is concluded from all of it each time
something is added: the order in which reports come does not matter, but for the phone's own
states, which carry no time. docs/wake-up-calls.md has the table.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from wakeups.models import WakeUpCall
from wakeups.outcome.observations import SETTLE, Seen, Sign, What

Result = WakeUpCall.Status

# A call that was answered, though nothing shows that the phone was lifted, counts after this:
# voicemail tells itself in the call's record.
DOUBT: Final = timedelta(seconds=30)


# CallFailed, by the leading digits or letters (L5422-L5430, and older firmware's words).
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
class Question:
    """Which try it is about.

    :param now: the present instant
    :param until: no report is expected after it
    :param callid: of our own call; empty for the PBX's alarm, whose call nobody tells us
    :param keys: keys that mean something
    :param wants_key: a lifted receiver alone is not enough
    """

    now: datetime
    until: datetime
    callid: str = ""
    keys: Collection[str] = ()
    wants_key: bool = False


@dataclass(frozen=True)
class Verdict:
    """What is known now: pending, ringing, completed (answered), confirmed, no_answer, unknown.

    :param ended_at: when the phone was free again, if that was seen
    :param key: the first key that means something
    """

    result: str
    why: str = ""
    rang_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    key: str = ""


def judge(signs: Iterable[Sign], question: Question) -> Verdict:
    """What became of a try, by all that was seen of it."""
    seen = Seen(sorted(signs, key=lambda sign: sign.at), question.callid)
    verdict = _judge(seen, question)
    return replace(verdict, rang_at=seen.rang_at, ended_at=seen.ended_at)


def _judge(seen: Seen, question: Question) -> Verdict:
    pressed = _first_key(seen, question.keys)
    if pressed is not None:
        key = next(each for each in pressed.detail if each in question.keys)
        return Verdict(Result.CONFIRMED, f"Key {key} was pressed.", None, pressed.at, None, key)
    answered = _answered(seen, question)
    if answered is None:
        return _not_answered(seen, question)
    if question.wants_key and answered.result == Result.COMPLETED:
        return _without_key(seen, question, answered)
    return answered


def _first_key(seen: Seen, keys: Collection[str]) -> Sign | None:
    pressed = (sign for sign in seen.mine if sign.what == What.KEYS)
    return next((sign for sign in pressed if any(key in keys for key in sign.detail)), None)


def _answered(seen: Seen, question: Question) -> Verdict | None:
    """Answered, perhaps answered (ringing until that is known), answered by no person; or None."""
    records = [sign.detail for sign in seen.mine if sign.what == What.RECORD]
    if "VOICEMAIL" in records:
        return Verdict(Result.NO_ANSWER, "Voicemail has answered, not the guest.")
    lifted, told = seen.lifted_at, seen.told_answered
    if lifted and told:
        return Verdict(Result.COMPLETED, "The call was answered.", answered_at=lifted)
    if lifted:
        sure = question.now >= lifted + SETTLE
        result = Result.COMPLETED if sure else Result.RINGING
        return Verdict(result, "The receiver was lifted.", answered_at=lifted if sure else None)
    if told is None:
        return None
    if not seen.states_told:
        sure = "ANSWERED" in records or question.now >= told.at + DOUBT
        result = Result.COMPLETED if sure else Result.RINGING
        return Verdict(result, "The call was answered.", answered_at=told.at if sure else None)
    if seen.over or question.now >= told.at + DOUBT:
        why = "Something answered, but the receiver was not lifted: voicemail, or a forwarding."
        return Verdict(Result.NO_ANSWER, why)
    return Verdict(Result.RINGING)


def _without_key(seen: Seen, question: Question, answered: Verdict) -> Verdict:
    if seen.over or question.now >= question.until:
        why = "The receiver was lifted, but no key was pressed."
        return Verdict(Result.NO_ANSWER, why, answered_at=answered.answered_at)
    return Verdict(Result.RINGING, answered_at=answered.answered_at)


def _not_answered(seen: Seen, question: Question) -> Verdict:
    reasons = [reason_of(sign.detail) for sign in seen.mine if sign.what == What.NOT_REACHED]
    reasons += [_RECORDS[sign.detail] for sign in seen.mine if sign.detail in _RECORDS]
    if reasons:
        return Verdict(Result.NO_ANSWER, reasons[0])
    over = question.now >= question.until
    if seen.rang_at:
        if seen.over or over:
            return Verdict(Result.NO_ANSWER, "The phone rang and nobody answered.")
        return Verdict(Result.RINGING)
    return _never_rang(seen) if over else Verdict(Result.PENDING)


def _never_rang(seen: Seen) -> Verdict:
    states = [sign.what for sign in seen.states]
    if What.AWAY in states[-1:]:
        return Verdict(Result.NO_ANSWER, "The phone is not connected to the PBX.")
    if What.BUSY in states[:1]:
        if seen.strangers:
            return Verdict(Result.NO_ANSWER, "The guest was on the phone.")
        return Verdict(Result.NO_ANSWER, "The receiver was off the hook.")
    if seen.strangers:
        return Verdict(Result.UNKNOWN, "The phone rang for another call, as far as is known.")
    return Verdict(Result.UNKNOWN, "No report tells whether the phone rang.")


def reason_of(text: str) -> str:
    """A CallFailed reason for a person."""
    told = text.strip().lower()
    found = next((words for start, words in _REASONS.items() if told.startswith(start)), None)
    return found or f"The call failed: {text or 'no reason given'}."
