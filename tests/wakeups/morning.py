"""A hotel, a simulated PBX over HTTP and a clock, for the life of one wake-up call."""

import json
from datetime import datetime, timedelta
from typing import Any, Final

from pbx.delivery import deliver_due
from pbx.models import Command, Pbx
from pbx.reports import inbox
from pbx.reports.processing import process_reports
from pbx.simulator import Simulator
from rooms.models import Property
from tests import house
from tests.house import CLERK, at, day
from tests.wakeups.working import watch_and_plan
from wakeups.booking import calls
from wakeups.booking.requests import WakeUpRequest
from wakeups.escalation import sweep
from wakeups.models import Attempt, Occurrence, WakeUpCall, WakeUpSettings

EVENING: Final = at("2026-05-04 10:00:00")  # 18:00 in Shanghai
DUE: Final = at("2026-05-04 23:00:00")  # 07:00
PHONE: Final = "2201"
DESK: Final = "8000"


class Morning:
    """Alice Smith in room 201 has a call at seven; the PBX rings twice, five minutes apart."""

    def __init__(self, hotel: Property, exchange: Simulator, clock: Any) -> None:
        self.hotel, self.exchange, self.clock = hotel, exchange, clock
        assert hotel.pbx is not None
        house.move_pbx(hotel.pbx, exchange.url)
        self.pbx = Pbx.objects.get(pk=hotel.pbx.pk)
        self.heard: list[dict[str, Any]] = []
        exchange.reporter.send = self._hear  # type: ignore[method-assign]
        self.stay = house.check_in(hotel, "Smith")
        self.work()

    def _hear(self, report: dict[str, Any], *, with_serial: bool = True) -> None:
        self.heard.append(report)

    def set(self, **settings: Any) -> None:
        """Change settings of ``[wake_up_calls]``."""
        WakeUpSettings.objects.filter(property=self.hotel).update(**settings)

    def phone(self, behaviour: str, keys: str | None = None, number: str = PHONE) -> None:
        """What the guest does when the PBX calls."""
        found = self.exchange.state.extensions[number]
        found.behaviour, found.keys = behaviour, keys

    def book(self, **more: Any) -> WakeUpCall:
        """The call, placed on the PBX."""
        request = WakeUpRequest(
            date=day("2026-05-05"), time=datetime.min.time().replace(hour=7), **more
        )
        call = calls.create(self.stay, request, actor=CLERK)
        self.work()
        return call

    def at(self, seconds: float) -> None:
        """Move to so many seconds after seven; alarms ring, reports arrive, and all tasks run."""
        self.clock.move_to(DUE + timedelta(seconds=seconds))
        self.exchange.ringer.ring_due_alarms()
        self.work()

    def at_each(self, *seconds: float) -> None:
        """The same, one after the other."""
        for each in seconds:
            self.at(each)

    def rings_out(self) -> None:
        """The PBX has rung twice; our own call is still to come."""
        self.at_each(1, 301, 400)

    def nobody_answers(self) -> None:
        """The PBX has rung twice, and our own call was not answered either."""
        self.rings_out()
        self.at_each(422, 440)

    def work(self) -> None:
        """Process reports, run the tasks and deliver commands until nothing is new."""
        waiting = Command.objects.filter(state=Command.State.WAITING)
        for _ in range(4):
            for report in self._fresh():
                inbox.store(self.pbx, json.dumps(report).encode(), "192.0.2.1")
            process_reports(self.pbx)
            watch_and_plan()
            if waiting.update(next_try_at=EVENING):
                deliver_due(self.pbx)
                sweep.sweep()
            if not self.heard:
                break

    def _fresh(self) -> list[dict[str, Any]]:
        fresh, self.heard = self.heard, []
        return fresh

    def asked(self, path: str) -> list[dict[str, Any]]:
        """Requests that reached the PBX and were not refused."""
        return [
            entry["body"]
            for entry in self.exchange.state.requests
            if entry["path"] == path and "errno" not in entry
        ]

    def attempts(self) -> list[tuple[str, str]]:
        """Kind and result of each attempt, in order."""
        return list(Attempt.objects.order_by("due_at", "pk").values_list("kind", "result"))

    def occurrence(self) -> Occurrence:
        """The only morning."""
        return Occurrence.objects.exclude(state="withdrawn").get()
