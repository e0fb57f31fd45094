"""The case of a wake-up call and the steps that :mod:`.policy` may decide on."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from wakeups.models import Attempt, Occurrence

Result = Attempt.Result
Kind = Attempt.Kind


@dataclass(frozen=True)
class Rules:
    """What the hotel has set, as it is for one call.

    :param own_call: we can call the guest and play a prompt
    :param confirm: only a pressed key counts
    :param can_confirm: there is an IVR that asks for the key
    :param after: from the PBX's last ring to our own call
    :param confirm_calls: how often we call for one confirmation
    """

    own_call: bool = False
    confirm: bool = False
    can_confirm: bool = False
    after: timedelta = timedelta(seconds=120)
    confirm_calls: int = 2
    confirm_repeat: timedelta = timedelta(seconds=60)
    snoozes: int = 0
    snooze_for: timedelta = timedelta(minutes=10)

    @property
    def kind(self) -> str | None:
        """How we call the guest; None: we cannot."""
        if self.confirm:
            return Kind.CONFIRMATION if self.can_confirm else None
        return Kind.OWN_CALL if self.own_call else None

    @property
    def calls(self) -> int:
        """How often we call at the most, in one go."""
        return max(1, self.confirm_calls) if self.confirm else 1


@dataclass(frozen=True)
class Ring:
    """A ring of the PBX's alarm, as far as it is known."""

    due_at: datetime
    result: str = Result.PENDING
    why: str = ""
    answered_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Try:
    """A call of ours to the guest. ``snoozed``: he wants to sleep on."""

    due_at: datetime
    result: str = Result.PENDING
    why: str = ""
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    ends_at: datetime | None = None
    snoozed: bool = False


@dataclass(frozen=True)
class Case:
    """All that bears on the next step.

    :param rings_at: when the PBX's alarm first rings; None: there is none
    :param placed: the alarm is known to be on the PBX
    :param last_ring_at: its last ring, by the shorter reading of ``repeats`` (T6)
    :param ends_at: no report about it is expected after this
    :param tries: our own calls since the guest last asked to sleep on, in order
    :param snoozes: how often that has been granted
    :param deaf: the link is down, or the PBX's reports stay out
    :param hears_since: since when the PBX runs and the link to it is up; None: nobody knows
    :param behind: reports are stored that nobody has looked at yet
    :param reachable: the phone is connected to the PBX
    :param acknowledged: somebody looks after the guest
    """

    now: datetime
    due_at: datetime
    ends_at: datetime
    rings_at: datetime | None = None
    last_ring_at: datetime | None = None
    placed: bool = True
    by_person: bool = False
    acknowledged: bool = False
    rings: tuple[Ring, ...] = ()
    tries: tuple[Try, ...] = ()
    snoozes: int = 0
    snooze_until: datetime | None = None
    deaf: bool = False
    hears_since: datetime | None = None
    behind: bool = False
    reachable: bool = True
    rules: Rules = Rules()


@dataclass(frozen=True)
class Wait:
    """Nothing to do now.

    :param rung: the guest's phone has rung, or rings
    :param until: nothing changes before, unless something is reported; None: it may at any time
    """

    rung: bool = False
    until: datetime | None = None


@dataclass(frozen=True)
class TakeOver:
    """Nobody has said that he called the VIP: the PBX does."""


@dataclass(frozen=True)
class Snooze:
    """The guest may sleep on until then."""

    until: datetime


@dataclass(frozen=True)
class Call:
    """Have the PBX call the guest now."""

    kind: str


@dataclass(frozen=True)
class Conclude:
    """It is over: an outcome, and why."""

    state: Occurrence.State
    why: str
    answered_at: datetime | None = None


Step = Wait | TakeOver | Snooze | Call | Conclude
