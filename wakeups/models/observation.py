"""One thing that was reported about a phone; kept as JSON with the attempt that it may concern."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Self


class ObservationKind(StrEnum):
    """What was reported, and by which report. The values are stored."""

    RINGING = "ringing"  # ExtensionStatus, as are the next three
    BUSY = "busy"
    IDLE = "idle"
    UNAVAILABLE = "unavailable"
    CALL_RINGING = "rings"  # RING
    ANSWERED = "answered"  # ANSWER, ANSWERED
    PROMPT_ENDED = "prompt_ended"  # PlayPromptEnd
    HUNG_UP = "hung_up"  # BYE
    CALL_FAILED = "not_reached"  # CallFailed, with its reason
    CALL_RECORD = "record"  # NewCdr, with its status
    KEYS = "keys"  # DTMF, with the keys


PHONE_STATES: Final = (
    ObservationKind.RINGING,
    ObservationKind.BUSY,
    ObservationKind.IDLE,
    ObservationKind.UNAVAILABLE,
)


@dataclass(frozen=True)
class Observation:
    """One thing that was reported about a phone.

    :param at: when the report was received, or when the call began
    :param other_party: another phone or an outside line takes part in the call
    :param detail: the reason, the status of the call record, or the keys
    """

    at: datetime
    kind: ObservationKind
    callid: str = ""
    other_party: bool = False
    detail: str = ""

    def as_json(self) -> dict[str, Any]:
        """The stored form; empty fields are left out."""
        optional = {"callid": self.callid, "stranger": self.other_party, "detail": self.detail}
        present = {name: value for name, value in optional.items() if value}
        return {"at": self.at.isoformat(), "what": self.kind.value, **present}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """The observation that :meth:`as_json` stored."""
        return cls(
            at=datetime.fromisoformat(stored["at"]),
            kind=ObservationKind(stored["what"]),
            callid=stored.get("callid", ""),
            other_party=stored.get("stranger", False),
            detail=stored.get("detail", ""),
        )
