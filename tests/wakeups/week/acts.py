"""What people do to the hotel and its telephones in the course of a week."""

import datetime as dt
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Spec:
    """What a guest asks for; ``time`` is HH:MM on the hotel's walls.

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
    """A clerk has called a VIP, as the desk's screen asks him to, and says so."""

    request: int


AT_THE_DESK = (CheckIn, Move, CheckOut, Ask, Change, Cancel, Attend)
"""What cannot be done while our own house is down."""


@dataclass(frozen=True)
class SetByHand(Act):
    """A guest sets an alarm at the phone, of which we know nothing."""

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
    """Power, network or receiver (our own house) are away; ``nothing``: all is well again."""

    what: str
    tells: bool = True


@dataclass(frozen=True)
class Reboot(Act):
    """The PBX starts anew and has lost its alarms; it may not tell."""

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
