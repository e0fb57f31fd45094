"""What people do to the hotel and its phones during a week."""

import datetime as dt
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Spec:
    """What a guest asks for; ``time`` is HH:MM in hotel local time.

    :ivar days: of ``mon`` … ``sun``; none: every day, if it recurs at all
    :ivar until: the last day of a recurring call; None: the day of departure
    :ivar confirm: a key is to be pressed
    """

    date: dt.date
    time: str
    recurs: bool = False
    days: tuple[str, ...] = ()
    until: dt.date | None = None
    repeats: int = 2
    interval: int = 5
    confirm: bool = False


@dataclass(frozen=True)
class Act:
    """Something happens ``at`` an instant, in UTC."""

    at: datetime


@dataclass(frozen=True)
class CheckIn(Act):
    guest: str
    room: str
    departure: dt.date
    sharing: bool = False
    vip: bool = False


@dataclass(frozen=True)
class Move(Act):
    guest: str
    room: str


@dataclass(frozen=True)
class CheckOut(Act):
    guest: str


@dataclass(frozen=True)
class Ask(Act):
    guest: str
    request: int
    spec: Spec


@dataclass(frozen=True)
class Change(Act):
    request: int
    spec: Spec


@dataclass(frozen=True)
class Cancel(Act):
    request: int


@dataclass(frozen=True)
class Attend(Act):
    """A clerk has called a VIP, as the desk's screen asked, and acknowledges it."""

    request: int


AT_THE_DESK = (CheckIn, Move, CheckOut, Ask, Change, Cancel, Attend)
"""What cannot be done while hotelpbx is down."""


@dataclass(frozen=True)
class SetByHand(Act):
    """A guest sets an alarm on the phone, unknown to hotelpbx."""

    room: str
    time: str


@dataclass(frozen=True)
class Behave(Act):
    """How the phone of a room behaves from now on; one of the simulator's ``BEHAVIOURS``.

    :ivar keys: what is pressed by whoever answers; None: what he is asked to press
    """

    room: str
    behaviour: str
    keys: str | None = None


@dataclass(frozen=True)
class Away(Act):
    """Power, network or receiver (hotelpbx) is down; ``nothing``: everything is up again."""

    what: str
    tells: bool = True


@dataclass(frozen=True)
class Reboot(Act):
    """The PBX restarts and has lost its alarms; it may not report that."""

    tells: bool = True


@dataclass(frozen=True)
class Drift(Act):
    """The PBX's clock is wrong by so many seconds from now on."""

    seconds: float


@dataclass
class Script:
    """A week: all acts in order, and where it takes place."""

    zone: str
    first: dt.date
    last: dt.date
    rooms: list[str]
    acts: list[Act] = field(default_factory=list)
