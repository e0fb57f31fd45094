"""Was everybody woken, or the desk alerted? Was nobody woken without a request?

The referee starts from the requests, looks at what the PBX really rang, and only then at what the
hotel says about it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from pbx.simulator.state import Ring
from tests.wakeups.week.acts import Ask, Attend, Change, SetByHand, Spec
from tests.wakeups.week.desk import CONFIRM_KEY, SNOOZE_KEY, extension_of
from tests.wakeups.week.reality import Reality, Wanted, due_on
from tests.wakeups.week.running import Claim, Done, Week

# The PBX's clock is wrong by up to 40 s.
MINUTE: Final = timedelta(seconds=45)
# From a change of mind to the moment when the PBX has heard of it.
_TOLD: Final = timedelta(seconds=90)
# After the last ring: when the hotel must have made up its mind.
_DECIDED: Final = timedelta(minutes=3)
# An outage so long before may be the reason for an alarm.
_BEFORE: Final = timedelta(minutes=15)
# So long after its minute a guest is still called when the PBX is back; later a person is told.
_LATE: Final = timedelta(minutes=6)
# A request that is made later may be too late for the PBX.
_IN_TIME: Final = timedelta(seconds=20)
# How long own calls may come after the alarm's last ring; longer where a key is wanted, and the
# guest may snooze twice.
_OWN_CALL: Final = timedelta(minutes=12)
_UNTIL_A_KEY: Final = timedelta(minutes=40)


@dataclass
class Findings:
    """Faults, and counts of the outcomes."""

    faults: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def review(week: Week) -> Findings:
    """Review a week."""
    return _Referee(week).review()


class _Referee:
    def __init__(self, week: Week) -> None:
        self._week = week
        self._reality = Reality(ZoneInfo(week.script.zone))
        self._verdict = Findings()
        self._heard: dict[str, list[Ring]] = defaultdict(list)
        for ring in week.rings:
            if ring.behaviour not in ("busy", "unregistered"):
                self._heard[ring.extension].append(ring)
        self._end = week.done[-1].at

    def review(self) -> Findings:
        for done in self._week.done:
            if done.refused:
                self._refusal(done)
            self._reality.take(done)
        # (room, due) → every request that is owed a ring there
        for wanted in self._reality.wanted:
            for due in self._reality.dues(wanted):
                if due < self._end:
                    self._call(wanted, due)
        for extension, rings in self._heard.items():
            for ring in rings:
                self._ring(extension.removeprefix("2"), ring)
        self._claims()
        for done in self._reality.by_hand:
            self._kept(done)
        return self._verdict

    def _fault(self, text: str) -> None:
        self._verdict.faults.append(text)

    def _call(self, wanted: Wanted, due: datetime) -> None:
        """It rang at the right minute, and the guest got up or the desk was alerted."""
        spec, guest = wanted.spec, wanted.guest
        rings_at = self._reality.rings_at(wanted, due)
        last = rings_at + timedelta(minutes=spec.repeats * spec.interval)
        alarmed = (wanted.request, due) in self._week.alarms
        rings = self._rung(guest, rings_at - MINUTE, rings_at + MINUTE)
        later = self._rung(guest, rings_at - MINUTE, last + _own_calls(spec))
        awake = any(_gets_up(spec, ring) for ring in later)
        long = spec.confirm or any(SNOOZE_KEY in ring.keys for ring in later)
        decided = last + (_UNTIL_A_KEY if long else _DECIDED)
        well = not self._reality.is_away(due - _BEFORE, decided)
        self._verdict.counts["calls"] += 1
        self._verdict.counts["rang" if rings else "did not ring"] += 1
        self._verdict.counts["awake" if awake else "not awake"] += 1
        self._verdict.counts["alarms"] += alarmed
        room = self._reality.room_of(guest, due)
        what = f"{self._wall(due)} request {wanted.request} {spec} of {guest} in {room}"
        if self._reality.attended_at(wanted, due) is not None:
            self._verdict.counts["called by a person"] += 1
            if alarmed and well:
                self._fault(f"{what}: was called, and an alarm was raised")
        elif wanted.until < decided and not alarmed:
            self._verdict.counts["taken back while it rang"] += not awake
            in_time = wanted.since < due - _IN_TIME and rings_at + MINUTE < wanted.until
            if well and in_time and not self._tried(guest, rings_at):
                self._fault(f"{what}: the PBX did not ring, and then it was taken back")
        elif not rings and awake and not alarmed and self._called_late(guest, rings_at):
            self._verdict.counts["called late, the PBX was away"] += 1
        elif not (rings and awake) and not alarmed:
            self._fault(f"{what}: rang {len(rings)} times, and nobody was told")
        elif rings and awake and alarmed and well and not self._moved_late(guest, rings_at, last):
            self._fault(f"{what}: got up, and an alarm was raised")

    def _called_late(self, guest: str, rings_at: datetime) -> bool:
        """The PBX could not ring or be reached; it was told to call soon after."""
        heard = self._rung(guest, rings_at, rings_at + _LATE)
        return bool(heard) and self._reality.is_away(rings_at - MINUTE, rings_at + MINUTE)

    def _moved_late(self, guest: str, rings_at: datetime, last: datetime) -> bool:
        """He moved between two rings, too late to be called in the new room for this one; that he
        was called there for another is not known to whoever is told."""
        spans = self._reality.rooms[guest]
        return any(rings_at + _LATE - MINUTE <= span.since <= last for span in spans)

    def _tried(self, guest: str, due: datetime) -> bool:
        """The PBX rang for the guest then, even if the phone was busy or unregistered."""
        return any(
            abs(ring.at - due) <= MINUTE and self._is_with(guest, ring) for ring in self._week.rings
        )

    def _rung(self, guest: str, since: datetime, until: datetime) -> list[Ring]:
        """What a guest heard in any room; with a wrong clock, also before a move."""
        return [
            ring
            for room in {span.what for span in self._reality.rooms[guest]}
            for ring in self._heard[extension_of(room)]
            if since <= ring.at <= until and self._is_with(guest, ring)
        ]

    def _is_with(self, guest: str, ring: Ring) -> bool:
        return extension_of(self._reality.room_of(guest, ring.at)) == ring.extension

    def _ring(self, room: str, ring: Ring) -> None:
        """Somebody in that room has requested it."""
        if room == "8000" or ring.alarm in self._week.by_hand:
            return self._by_hand_ring(room, ring)
        owed = [wanted for wanted in self._reality.wanted if self._owes(wanted, ring)]
        if any(self._reality.room_of(wanted.guest, ring.at) == room for wanted in owed):
            self._verdict.counts["rings"] += 1
            return None
        if any(self._could_not_be_told(wanted, room, ring) for wanted in self._reality.wanted):
            self._verdict.counts["rings that could not be called off"] += 1
            return None
        here = self._reality.guests_in(room, ring.at) or "nobody"
        self._fault(f"{self._wall(ring.at)} {ring} in {room} with {here}: not asked for")
        return None

    def _owes(self, wanted: Wanted, ring: Ring) -> bool:
        """Whether the request is due then, or its repetitions are not over."""
        if not wanted.since <= ring.at <= wanted.until + _TOLD:
            return False
        called = (
            self._reality.attended_at(wanted, due) for due in self._dues_of_ring(wanted, ring)
        )
        return any(at is None or ring.at <= at + _TOLD for at in called)

    def _dues_of_ring(self, wanted: Wanted, ring: Ring) -> Iterator[datetime]:
        """What was due when it rang, whether or not it was still requested."""
        spec = wanted.spec
        latest = ring.at + MINUTE
        earliest = ring.at - MINUTE - timedelta(minutes=spec.repeats * spec.interval)
        if ring.kind != "alarm":
            earliest -= _UNTIL_A_KEY if SNOOZE_KEY in ring.keys else _own_calls(spec)
        for due in self._reality.dues_of(spec, wanted.guest):
            first = self._reality.rings_at(wanted, due)
            if earliest <= first <= latest and wanted.since < due:
                turns = (first + n * timedelta(minutes=spec.interval) for n in range(spec.repeats))
                if ring.kind != "alarm" or any(abs(ring.at - turn) <= MINUTE for turn in turns):
                    yield due

    def _could_not_be_told(self, wanted: Wanted, room: str, ring: Ring) -> bool:
        """The request ended, or the guest left, and the PBX could not be told before it rang."""
        dues = list(self._dues_of_ring(wanted, ring))
        if not dues:
            return False
        spans = [span for span in self._reality.rooms[wanted.guest] if span.what == room]
        ends = [min(span.until, wanted.until) for span in spans if span.since <= ring.at]
        ends += [at for due in dues if (at := self._reality.attended_at(wanted, due))]
        return any(
            away.what in ("network", "power") and away.holds(end) and ring.at <= away.until + _TOLD
            for end in ends
            for away in self._reality.away
        )

    def _by_hand_ring(self, room: str, ring: Ring) -> None:
        """A guest's own alarm: it must be in the room of the guest who set it."""
        act = self._week.by_hand.get(ring.alarm)
        if act is None:
            return
        before = self._reality.guests_in(room, act.at)
        if before and not before & self._reality.guests_in(room, ring.at):
            self._fault(f"{self._wall(ring.at)} {ring}: set by {before}, who left {room}")

    def _kept(self, done: Done) -> None:
        """An alarm that a guest has set rings, if the guest stays and the PBX keeps it."""
        act = done.act
        if not isinstance(act, SetByHand):
            return
        day = done.at.astimezone(self._reality.zone).date()
        dues = [due_on(day + timedelta(days=n), act.time, self._reality.zone) for n in (0, 1)]
        due = next(due for due in dues if due > done.at + MINUTE)
        guests = self._reality.guests_in(act.room, done.at)
        stayed = guests and all(self._reality.room_of(each, due) == act.room for each in guests)
        if not stayed or self._reality.is_away(done.at, due) or due > self._end:
            return
        self._verdict.counts["set by hand"] += 1
        rings = [
            ring
            for ring in self._week.rings
            if ring.extension == extension_of(act.room) and abs(ring.at - due) <= MINUTE
        ]
        if not rings:
            self._fault(f"{self._wall(due)} {act}: was not kept")

    def _claims(self) -> None:
        """Who is said to be up has lifted a receiver that rang then, and pressed the key if one
        was wanted; or a person has called him."""
        for claim in self._week.claims:
            wanted = [each for each in self._reality.wanted if each.request == claim.request]
            if claim.by == "person":
                true = any(self._reality.attended_at(each, claim.due) for each in wanted)
            else:
                true = any(self._is_true(claim, each.spec) for each in wanted)
            if not true:
                self._fault(f"{self._wall(claim.due)} {claim}: said to be up")

    def _is_true(self, claim: Claim, spec: Spec) -> bool:
        since, until = claim.rings_at - timedelta(seconds=61), claim.until + _own_calls(spec)
        rings = [ring for ring in self._heard[claim.extension] if since <= ring.at <= until]
        by_key = claim.by == "key"
        return by_key >= spec.confirm and any(_gets_up(spec, ring) for ring in rings)

    def _refusal(self, done: Done) -> None:
        """Only impossible requests are refused."""
        act, zone = done.act, self._reality.zone
        self._verdict.counts[f"refused: {done.refused}"] += 1
        if isinstance(act, Attend) and self._should_be_called(act.request, done.at):
            self._fault(f"{self._wall(done.at)} {act}: nobody was told to call")
        if not isinstance(act, Ask | Change):
            return
        guest = act.guest if isinstance(act, Ask) else self._guest_of(act.request)
        if not guest:
            return
        whole = list(self._reality.dues_of(act.spec, guest))
        dues = [due for due in whole if due > done.at]
        others = {
            due
            for wanted in self._reality.wanted
            if wanted.guest == guest and wanted.request != act.request
            for due in self._reality.dues_of(wanted.spec, guest)
        }
        fair = {
            "wake_up_in_past": bool(whole) and not dues,
            # Days of the week that do not come in the stay.
            "validation_error": bool(act.spec.days) and not whole,
            "wake_up_exists": any(due in others for due in dues),
        }
        if not fair.get(done.refused, isinstance(act, Change)):
            self._fault(f"{done.at.astimezone(zone)} {act}: refused as {done.refused}")

    def _should_be_called(self, request: int, at: datetime) -> bool:
        """A VIP's call is due, and the PBX does not ring yet."""
        return any(
            due < at < self._reality.rings_at(wanted, due)
            for wanted in self._reality.wanted
            if wanted.request == request
            for due in self._reality.dues(wanted)
            if wanted.until > at
        )

    def _guest_of(self, request: int) -> str:
        found = [wanted.guest for wanted in self._reality.wanted if wanted.request == request]
        return found[-1] if found else ""

    def _wall(self, at: datetime) -> str:
        return f"{at.astimezone(self._reality.zone):%a %Y-%m-%d %H:%M:%S %Z}"


def _gets_up(spec: Spec, ring: Ring) -> bool:
    """Whether the guest is awake then: by lifting the receiver, or by the required key."""
    if ring.behaviour != "answers":
        return False
    if spec.confirm:
        return ring.kind == "menu" and CONFIRM_KEY in ring.keys
    return SNOOZE_KEY not in ring.keys


def _own_calls(spec: Spec) -> timedelta:
    return _UNTIL_A_KEY if spec.confirm else _OWN_CALL
