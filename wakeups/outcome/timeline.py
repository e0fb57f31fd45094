"""The observations of one attempt in order: those of its own call, of other calls, of the phone."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from wakeups.models.observation import PHONE_STATES, Observation, ObservationKind

# A lifted receiver counts when no report of another call has arrived by then.
SETTLE: Final = timedelta(seconds=5)
_ENDS: Final = (
    ObservationKind.HUNG_UP,
    ObservationKind.CALL_RECORD,
    ObservationKind.CALL_FAILED,
)


class Timeline:
    """All observations of one attempt, in order, sorted by what they belong to.

    Our own call is known by its id. The PBX's alarm call is known by having no other party, since
    the PBX does not say who calls. Phone states name no call: while another call rings or is
    answered, they belong to that call.
    """

    def __init__(self, observations: Sequence[Observation], callid: str) -> None:
        self.states = [each for each in observations if each.kind in PHONE_STATES]
        of_calls = [each for each in observations if each.kind not in PHONE_STATES]
        # Some reports of another call name our phone alone.
        other_callids = {each.callid for each in of_calls if each.other_party} - {callid}
        self.own = [
            each
            for each in of_calls
            if (each.callid == callid if callid else each.callid not in other_callids)
        ]
        self.other_calls = list(_spans(each for each in of_calls if each.callid in other_callids))
        self.has_states = bool(self.states)
        self._ringing_at, self.lifted_at = self._own_ring()
        rings = [
            each.at
            for each in self.own
            if each.kind in (ObservationKind.CALL_RINGING, ObservationKind.ANSWERED)
        ]
        first = [self._ringing_at] if self._ringing_at else []
        self.rang_at = min([*rings, *first], default=None)

    @property
    def answer(self) -> Observation | None:
        """The first report that the call itself was answered, by whomever."""
        return next(
            (
                each
                for each in self.own
                if each.kind in (ObservationKind.ANSWERED, ObservationKind.PROMPT_ENDED)
                or (each.kind == ObservationKind.CALL_RECORD and each.detail == "ANSWERED")
            ),
            None,
        )

    @property
    def is_over(self) -> bool:
        """Whether the phone has rung and is free again, or the call has ended."""
        return self.ended_at is not None

    @property
    def ended_at(self) -> datetime | None:
        """When the phone was free again after ringing, or when its call ended."""
        ends = [each.at for each in self.own if each.kind in _ENDS]
        free = [
            each.at
            for each in self.states
            if each.kind in (ObservationKind.IDLE, ObservationKind.UNAVAILABLE)
            and self._ringing_at
            and each.at >= self._ringing_at
        ]
        return min([*ends, *free], default=None)

    def _own_ring(self) -> tuple[datetime | None, datetime | None]:
        """When the phone first rang for no other call, and when it was then lifted."""
        first: datetime | None = None
        ringing: datetime | None = None
        for each in self.states:
            if each.kind == ObservationKind.RINGING:
                ringing = ringing or each.at
                first = first or (None if self._is_other_call(each.at, each.at) else each.at)
            elif each.kind == ObservationKind.BUSY and ringing:
                if not self._is_other_call(ringing, each.at):
                    return first or ringing, each.at
                first = None if first == ringing else first
                ringing = None
            else:
                ringing = None
        return first, None

    def _is_other_call(self, ringing: datetime, lifted: datetime) -> bool:
        return any(
            begins <= lifted + SETTLE and (ends is None or ends >= ringing)
            for begins, ends in self.other_calls
        )


def _spans(observations: Iterable[Observation]) -> Iterator[tuple[datetime, datetime | None]]:
    """When each call was first and last reported; None as its end: it has not ended."""
    calls: dict[str, list[Observation]] = {}
    for each in observations:
        calls.setdefault(each.callid, []).append(each)
    for parts in calls.values():
        ends = [each.at for each in parts if each.kind in _ENDS]
        yield parts[0].at, max(ends, default=None)
