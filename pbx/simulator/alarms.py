"""Alarms, which ring by the PBX's own clock (L4428-L4470)."""

import threading
from datetime import UTC, datetime, timedelta

from pbx.simulator.clock import Clock
from pbx.simulator.own_calls import OwnCalls
from pbx.simulator.state import Alarm, Extension, State


def next_ring(clock: Clock, time: str, weekdays: str) -> datetime:
    """The next instant at which the PBX's clock shows ``time`` on one of ``weekdays``.

    ``weekdays``: digits, 0 = Sunday (L4457); empty: any day.
    """
    now, day = clock.now(), clock.local().replace(tzinfo=None)
    hour, minute = map(int, time.split(":"))
    shown = day.replace(hour=hour, minute=minute, second=0, microsecond=0)
    while True:
        if not weekdays or str(shown.isoweekday() % 7) in weekdays:
            for fold in (0, 1):
                at = shown.replace(tzinfo=clock.zone, fold=fold).astimezone(UTC)
                exists = at.astimezone(clock.zone).replace(tzinfo=None) == shown
                if exists and at > now:
                    return at
        shown += timedelta(days=1)


class AlarmRinger:
    """Rings alarms when the clock reaches them."""

    def __init__(self, state: State, calls: OwnCalls) -> None:
        self._state = state
        self._calls = calls
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="alarms")

    def start(self) -> None:
        """Start watching the clock."""
        self._thread.start()

    def stop(self) -> None:
        """Stop: no alarm rings any more."""
        self._stopping.set()

    def ring_due_alarms(self) -> int:
        """Ring the due alarms; returns how many rang."""
        return self._ring_all(self._take_due())

    def ring_next(self, extension: Extension) -> int:
        """Advance the clock to the next alarm of a phone that has one, and ring the due alarms;
        returns how many rang."""
        clock = self._state.clock
        with self._state.lock:
            due_at = min(alarm.next_at for alarm in extension.alarms)
            clock.advance(max((due_at - clock.now()).total_seconds(), 0))
            due = self._take_due()
        return self._ring_all(due)

    def advance_to(self, at: datetime) -> int:
        """Advance the clock to ``at`` and hold it there, ringing each alarm in between at its time;
        returns how many rang. Alarms that fall due while the power is off do not ring."""
        clock, rang = self._state.clock, 0
        with self._state.lock:
            while (due_at := self._next()) is not None and clock.true_time_at(due_at) <= at:
                clock.hold(max(clock.true_time_at(due_at), clock.true_time()))
                rang += self._ring_all(self._take_due())
            clock.hold(at)
        return rang

    def power_on(self) -> None:
        """Reschedule missed and interrupted alarms to the next occurrence of their time."""
        for extension in self._state.extensions.values():
            for alarm in extension.alarms:
                alarm.rung = 0
                alarm.next_at = next_ring(self._state.clock, alarm.time, alarm.weekdays)

    def next_at(self) -> datetime | None:
        """The true time of the next alarm; None: there is none, or the power is off."""
        with self._state.lock:
            due_at = self._next()
            return None if due_at is None else self._state.clock.true_time_at(due_at)

    def _next(self) -> datetime | None:
        if self._state.away == "power":
            return None
        phones = self._state.extensions.values()
        return min((alarm.next_at for phone in phones for alarm in phone.alarms), default=None)

    def _run(self) -> None:
        while not self._stopping.wait(0.2):
            if not self._state.clock.held and self._state.away != "power":
                self.ring_due_alarms()

    def _take_due(self) -> list[tuple[Extension, Alarm]]:
        with self._state.lock:
            now = self._state.clock.now()
            due = [
                (extension, alarm)
                for extension in self._state.extensions.values()
                for alarm in extension.alarms
                if alarm.next_at <= now
            ]
            for extension, alarm in due:
                self._after_ring(extension, alarm)
        return due

    def _after_ring(self, extension: Extension, alarm: Alarm) -> None:
        """Once more after the interval; a ``onetime`` alarm then deletes itself (L4453)."""
        alarm.rung += 1
        if alarm.rung < alarm.repeats:
            alarm.next_at += timedelta(minutes=alarm.interval)
        elif alarm.type == "onetime":
            extension.alarms.remove(alarm)
        else:
            alarm.rung = 0
            alarm.next_at = next_ring(self._state.clock, alarm.time, alarm.weekdays)

    def _ring_all(self, due: list[tuple[Extension, Alarm]]) -> int:
        for extension, alarm in due:
            self._ring(extension, alarm)
        return len(due)

    def _ring(self, extension: Extension, alarm: Alarm) -> None:
        """Ring one alarm; its reports are undocumented (T6), so ``alarm_reports`` selects them."""
        self._state.note_ring(extension, "alarm", alarm.id)
        mode = self._state.alarm_reports
        if mode != "silent":
            self._calls.ring_alarm(
                extension, alarm.prompt, as_call=mode == "calls", callid=self._state.call_id()
            )
