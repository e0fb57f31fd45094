"""A guest of the simulated week."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from tests.wakeups.week.acts import Act, CheckIn, CheckOut


@dataclass
class Guest:
    """``leaves``: when they really leave; ``departure``: the day that was booked.

    :ivar asked: when he asked for wake-up calls
    :ivar times: the times of day he has asked for
    """

    name: str
    room: str
    arrives: datetime
    leaves: datetime
    departure: date
    sharing: bool = False
    companion: Guest | None = None
    vip: bool = False
    asked: list[datetime] = field(default_factory=list)
    times: set[str] = field(default_factory=set)

    def acts(self) -> list[Act]:
        return [
            CheckIn(self.arrives, self.name, self.room, self.departure, self.sharing, self.vip),
            CheckOut(self.leaves, self.name),
        ]
