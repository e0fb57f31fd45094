"""Alarms that ring by the PBX's clock, with nobody's help (L4428-L4470)."""

import threading
from datetime import datetime, timedelta

from pbx.simulator.clock import Clock
from pbx.simulator.state import Alarm, Extension, State
from pbx.simulator.telephony import Telephony


def next_ring(clock: Clock, time: str, weekdays: str) -> datetime:
    """The next instant at which the PBX's clock shows ``time`` on one of ``weekdays``.

    ``weekdays``: digits, 0 = Sunday (L4457); empty: any day.
    """
    local = clock.local()
    hour, minute = map(int, time.split(":"))
    at = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    while at <= local or (weekdays and str(at.isoweekday() % 7) not in weekdays):
        at += timedelta(days=1)
    return at


class Ringer:
    """Looks at the clock and rings."""

    def __init__(self, state: State, telephony: Telephony) -> None:
        self._state = state
        self._telephony = telephony
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="alarms")

    def start(self) -> None:
        """Begin to look at the clock."""
        self._thread.start()

    def stop(self) -> None:
        """No alarm rings any more."""
        self._stopping.set()

    def ring_due(self) -> int:
        """Ring what is due; returns how many alarms rang."""
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
        for extension, _ in due:
            self._ring(extension)
        return len(due)

    def _run(self) -> None:
        while not self._stopping.wait(0.2):
            self.ring_due()

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

    def _ring(self, extension: Extension) -> None:
        """What is reported about it is not documented (T6): ``alarm_reports`` chooses."""
        mode, phone = self._state.alarm_reports, self._telephony
        if mode == "silent" or extension.behaviour in ("unregistered", "busy"):
            return
        phone.status(extension, "Ringing")
        if extension.behaviour == "answers":
            phone.status(extension, "Busy")
        phone.status(extension, "Idle")
