"""What was reported about a phone while somebody tried to reach it, put in order."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Self

# A receiver that was lifted counts when no report has told of another call by then.
SETTLE: Final = timedelta(seconds=5)


class What(StrEnum):
    """What was reported."""

    RINGING = "ringing"  # ExtensionStatus, as are the next three
    BUSY = "busy"
    IDLE = "idle"
    AWAY = "unavailable"
    RINGS = "rings"  # RING
    ANSWERED = "answered"  # ANSWER, ANSWERED
    PROMPT_ENDED = "prompt_ended"  # PlayPromptEnd
    HUNG_UP = "hung_up"  # BYE
    NOT_REACHED = "not_reached"  # CallFailed, with its reason
    RECORD = "record"  # NewCdr, with its status
    KEYS = "keys"  # DTMF, with the keys


STATES: Final = (What.RINGING, What.BUSY, What.IDLE, What.AWAY)
_ENDS: Final = (What.HUNG_UP, What.RECORD, What.NOT_REACHED)


@dataclass(frozen=True)
class Sign:
    """One thing that was reported about the phone.

    :param at: when the report came, or the call began
    :param stranger: another phone or an outside line takes part in the call
    :param detail: reason, status of the record, or keys
    """

    at: datetime
    what: What
    callid: str = ""
    stranger: bool = False
    detail: str = ""

    def as_json(self) -> dict[str, Any]:
        """For the database; what says nothing is left out."""
        fields = {name: value for name, value in asdict(self).items() if value}
        return {**fields, "at": self.at.isoformat()}

    @classmethod
    def of_json(cls, kept: dict[str, Any]) -> Self:
        """As it was kept."""
        at, what = datetime.fromisoformat(kept["at"]), What(kept["what"])
        return cls(**{**kept, "at": at, "what": what})


class Seen:
    """All signs of one try, in order, told apart: the try's own, other calls, the phone's states.

    Our own call is known by its id; the PBX's by having no other side, for who calls is not said.
    The phone's states name no call: while a stranger's rings or is answered they speak of that.
    """

    def __init__(self, signs: Sequence[Sign], callid: str) -> None:
        self.states = [sign for sign in signs if sign.what in STATES]
        told = [sign for sign in signs if sign.what not in STATES]
        # Of a stranger's call some reports name our phone alone.
        strange = {sign.callid for sign in told if sign.stranger} - {callid}
        self.mine = [
            sign
            for sign in told
            if (sign.callid == callid if callid else sign.callid not in strange)
        ]
        self.strangers = list(_spans(sign for sign in told if sign.callid in strange))
        self.states_told = bool(self.states)
        self._ring, self.lifted_at = self._ring_of_ours()
        rings = [sign.at for sign in self.mine if sign.what in (What.RINGS, What.ANSWERED)]
        self.rang_at = min([*rings, *([self._ring] if self._ring else [])], default=None)

    @property
    def told_answered(self) -> Sign | None:
        """A report by which the call itself was answered, by whomever."""
        return next(
            (
                sign
                for sign in self.mine
                if sign.what in (What.ANSWERED, What.PROMPT_ENDED)
                or (sign.what == What.RECORD and sign.detail == "ANSWERED")
            ),
            None,
        )

    @property
    def over(self) -> bool:
        """The phone has rung, and is free again or the call is over."""
        return self.ended_at is not None

    @property
    def ended_at(self) -> datetime | None:
        """When the phone was free again after it rang, or its call was over."""
        ends = [sign.at for sign in self.mine if sign.what in _ENDS]
        free = [
            sign.at
            for sign in self.states
            if sign.what in (What.IDLE, What.AWAY) and self._ring and sign.at >= self._ring
        ]
        return min([*ends, *free], default=None)

    def _ring_of_ours(self) -> tuple[datetime | None, datetime | None]:
        """When the phone first rang for nobody else, and when it was then lifted."""
        first: datetime | None = None
        ringing: datetime | None = None
        for sign in self.states:
            if sign.what == What.RINGING:
                ringing = ringing or sign.at
                first = first or (None if self._is_strange(sign.at, sign.at) else sign.at)
            elif sign.what == What.BUSY and ringing:
                if not self._is_strange(ringing, sign.at):
                    return first or ringing, sign.at
                first = None if first == ringing else first
                ringing = None
            else:
                ringing = None
        return first, None

    def _is_strange(self, ringing: datetime, lifted: datetime) -> bool:
        return any(
            begins <= lifted + SETTLE and (ends is None or ends >= ringing)
            for begins, ends in self.strangers
        )


def _spans(signs: Iterable[Sign]) -> Iterator[tuple[datetime, datetime | None]]:
    """From when to when each of some calls was heard of; without an end it goes on."""
    calls: dict[str, list[Sign]] = {}
    for sign in signs:
        calls.setdefault(sign.callid, []).append(sign)
    for parts in calls.values():
        ends = [sign.at for sign in parts if sign.what in _ENDS]
        yield parts[0].at, max(ends, default=None)
