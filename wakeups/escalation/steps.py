"""What :mod:`.policy` decides from, the situation, and what it may decide on, the steps."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from wakeups.models import Attempt, Occurrence

Result = Attempt.Result
Kind = Attempt.Kind


@dataclass(frozen=True)
class Rules:
    """The hotel's settings as they apply to one wake-up call.

    :param own_call: we can call the guest and play a prompt
    :param confirm: only a pressed key counts
    :param can_confirm: there is an IVR that asks for the key
    :param fallback_after: from the PBX's last ring to our own call
    :param confirm_calls: how often we call for one confirmation
    """

    own_call: bool = False
    confirm: bool = False
    can_confirm: bool = False
    fallback_after: timedelta = timedelta(seconds=120)
    confirm_calls: int = 2
    confirm_repeat: timedelta = timedelta(seconds=60)
    snoozes: int = 0
    snooze_for: timedelta = timedelta(minutes=10)

    @property
    def call_kind(self) -> str | None:
        """How we call the guest; None: we cannot."""
        if self.confirm:
            return Kind.CONFIRMATION if self.can_confirm else None
        return Kind.OWN_CALL if self.own_call else None

    @property
    def max_calls(self) -> int:
        """How often we call at most, up to the next snooze."""
        return max(1, self.confirm_calls) if self.confirm else 1


@dataclass(frozen=True)
class PbxRing:
    """A ring of the PBX's alarm, as far as it is known."""

    due_at: datetime
    result: str = Result.PENDING
    why: str = ""
    answered_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True)
class GuestCall:
    """A call of ours to the guest. ``snoozed``: the guest pressed the snooze key."""

    due_at: datetime
    result: str = Result.PENDING
    why: str = ""
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    ends_at: datetime | None = None
    snoozed: bool = False


@dataclass(frozen=True)
class Situation:
    """Everything that the next step depends on.

    :param rings_at: when the PBX's alarm first rings; None: there is none
    :param placed: the alarm is known to be on the PBX
    :param last_ring_at: its last ring, if ``repeats`` counts all rings (T6)
    :param ends_at: no report about it is expected later
    :param guest_calls: our calls since the last snooze, in order
    :param snoozes: how many snoozes have been granted
    :param reports_unavailable: the link is down, or the PBX sends no reports
    :param connected_since: since when PBX and link have been up; None: unknown
    :param backlog_pending: stored reports are not processed yet
    :param reachable: the phone is connected to the PBX
    :param acknowledged: somebody has taken care of the guest
    """

    now: datetime
    due_at: datetime
    ends_at: datetime
    rings_at: datetime | None = None
    last_ring_at: datetime | None = None
    placed: bool = True
    by_person: bool = False
    acknowledged: bool = False
    pbx_rings: tuple[PbxRing, ...] = ()
    guest_calls: tuple[GuestCall, ...] = ()
    snoozes: int = 0
    snooze_until: datetime | None = None
    reports_unavailable: bool = False
    connected_since: datetime | None = None
    backlog_pending: bool = False
    reachable: bool = True
    rules: Rules = Rules()


@dataclass(frozen=True)
class Wait:
    """Nothing to do now.

    :param rung: the guest's phone has rung or is ringing
    :param until: nothing changes before unless something is reported; None: it may at any time
    """

    rung: bool = False
    until: datetime | None = None


@dataclass(frozen=True)
class HandOverToPbx:
    """Nobody has confirmed calling the VIP, so the PBX rings."""


@dataclass(frozen=True)
class Snooze:
    """Let the guest sleep until then."""

    until: datetime


@dataclass(frozen=True)
class CallGuest:
    """Have the PBX call the guest now."""

    kind: str


@dataclass(frozen=True)
class Conclude:
    """The occurrence is over: its outcome, and why."""

    state: Occurrence.State
    why: str
    answered_at: datetime | None = None


Step = Wait | HandOverToPbx | Snooze | CallGuest | Conclude
