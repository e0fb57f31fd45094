"""One week from the first act to the last, with everything real but the clock."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import time_machine

from hotelpbx.clock import now
from pbx.simulator.state import Ring
from rooms.models import Property
from tests.wakeups.week.acts import AT_THE_DESK, Act, Away, Drift, Reboot, Script, SetByHand
from tests.wakeups.week.clockwork import Clockwork
from tests.wakeups.week.desk import Desk, build
from tests.wakeups.week.exchange import Exchange, receiver
from wakeups.attention_sources import WakeUpAlerts
from wakeups.models import Occurrence

State = Occurrence.State

# After the last midnight, for what still rings then.
_EPILOGUE = timedelta(hours=4)


@dataclass(frozen=True)
class Done:
    """The result of an act. ``refused``: the code of the refusal; empty when it was done."""

    at: datetime
    act: Act
    refused: str = ""


@dataclass(frozen=True)
class Claim:
    """The hotel reports that a guest is awake.

    :ivar due: when the call was
    :ivar rings_at: he was reached at that phone between then and ``until``
    :ivar by: what tells it: his ``receiver``, a ``key``, or a ``person`` who called him
    """

    request: int
    extension: str
    due: datetime
    rings_at: datetime
    until: datetime
    by: str = "receiver"


@dataclass
class Week:
    """What really happened, and what the hotel reports.

    :ivar by_hand: alarms that guests have set themselves, by the PBX's id
    :ivar alarms: (request, when it was due) of what stands at the desk
    """

    script: Script
    done: list[Done] = field(default_factory=list)
    rings: list[Ring] = field(default_factory=list)
    by_hand: dict[str, SetByHand] = field(default_factory=dict)
    alarms: set[tuple[int, datetime]] = field(default_factory=set)
    claims: list[Claim] = field(default_factory=list)
    steps: int = 0


def run(script: Script, folder: Path, on_step: Callable[[datetime], None] | None = None) -> Week:
    """Run a week. ``on_step`` is called at each moment."""
    begin = _midnight(script) - timedelta(minutes=1)
    logging.disable(logging.ERROR)  # what fails here is meant to
    try:
        with (
            time_machine.travel(begin, tick=False) as traveller,
            receiver(),
            Exchange(script.zone, script.rooms) as exchange,
        ):
            exchange.go_on(begin)
            hotel = build(folder, script.zone, exchange.url, script.rooms)
            return _Runner(script, hotel, exchange, traveller).run(on_step)
    finally:
        logging.disable(logging.NOTSET)


class _Runner:
    def __init__(
        self,
        script: Script,
        hotel: Property,
        exchange: Exchange,
        traveller: time_machine.Traveller,
    ) -> None:
        self._exchange, self._traveller = exchange, traveller
        self._desk = Desk(hotel)
        self._clockwork = Clockwork(hotel)
        self._acts = list(reversed(script.acts))
        self._end = _midnight(script, after=7) + _EPILOGUE
        self._hotel = hotel
        self._week = Week(script, rings=exchange.rings, by_hand=exchange.by_hand)
        # Our own house: no beat, no worker, no receiver.
        self._down = False

    def run(self, on_step: Callable[[datetime], None] | None) -> Week:
        with self._clockwork.broker():
            self._clockwork.work()
            while (at := self._next()) <= self._end:
                self._traveller.move_to(at)
                self._exchange.go_on(at)
                while self._acts and self._acts[-1].at <= at:
                    self._do(self._acts.pop())
                self._work()
                self._week.steps += 1
                if on_step is not None:
                    on_step(at)
        self._ask_the_hotel()
        return self._week

    def _ask_the_hotel(self) -> None:
        self._must_stand_at_the_desk()
        requests = {pk: request for request, pk in self._desk.calls.items()}
        # Also those that a check-out has settled since.
        alarms = Occurrence.objects.filter(state__in=Occurrence.ALERTS)
        alerts = alarms.values_list("call_id", "due_at")
        self._week.alarms = {(requests[pk], due) for pk, due in alerts}
        up = Occurrence.objects.filter(state__in=(State.ANSWERED, State.CONFIRMED))
        self._week.claims = [
            Claim(
                requests[o.call_id],
                o.extension,
                o.due_at,
                o.rings_at or o.due_at,
                o.ends_at,
                _by(o),
            )
            for o in up
        ]

    def _must_stand_at_the_desk(self) -> None:
        """What neither a clerk nor a check-out has acknowledged is shown."""
        open_ = Occurrence.objects.filter(state__in=Occurrence.ALERTS, acknowledged_at__isnull=True)
        shown = set(WakeUpAlerts().waiting(self._hotel).values_list("pk", flat=True))
        assert shown == set(open_.values_list("pk", flat=True))

    def _next(self) -> datetime:
        found = [self._acts[-1].at if self._acts else self._end + timedelta(days=1)]
        ring = self._exchange.next_ring()
        if ring is not None:
            found.append(max(ring, now()))
        if not self._down:
            found.append(self._clockwork.next())
        return min(found)

    def _work(self) -> None:
        if self._down:
            return
        self._clockwork.work()
        self._exchange.settle()
        while self._clockwork.run_messages():
            self._exchange.settle()

    def _do(self, act: Act) -> None:
        refused = ""
        if isinstance(act, AT_THE_DESK):
            refused = self._desk.do(act)
        else:
            self._exchange.do(act)
            self._exchange.settle()
        if isinstance(act, Away):
            self._down = act.what == "receiver"
            self._clockwork.in_vain = act.what in ("power", "network")
        if isinstance(act, Away | Reboot | Drift):
            self._clockwork.look_at_the_link_at(now() + timedelta(seconds=15))
        self._week.done.append(Done(now(), act, refused))


def _by(occurrence: Occurrence) -> str:
    if occurrence.state == State.CONFIRMED:
        return "key"
    return "person" if occurrence.acknowledged_at else "receiver"


def _midnight(script: Script, after: int = 0) -> datetime:
    day = script.first + timedelta(days=after)
    return datetime.combine(day, time(0), tzinfo=ZoneInfo(script.zone)).astimezone(UTC)
