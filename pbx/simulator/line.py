"""What all calls of the exchange have in common: states of the phones, records, messages."""

import itertools
import time
from datetime import datetime

from pbx.simulator.reports import Report, Reporter
from pbx.simulator.state import Extension, Message, State


class Line:
    """Reports states and records of calls."""

    def __init__(self, state: State, reporter: Reporter) -> None:
        self._state = state
        self._reporter = reporter
        # Seconds between two reports of one call, so that a person can follow.
        self.pause = 0.0

    def status(self, extension: Extension, status: str) -> None:
        """A phone changes its state and the PBX reports it (L4795-L4827)."""
        extension.status = status
        self.send({"action": "ExtensionStatus", "extension": extension.number, "status": status})

    def is_blocked_by_dnd(self, extension: Extension) -> bool:
        """Whether do-not-disturb keeps the exchange from ringing a phone."""
        return self._state.blocks_ring(extension)

    def lift(self, extension: Extension) -> None:
        """Somebody takes the receiver off the hook."""
        self.status(extension, "Busy")

    def hang_up(self, extension: Extension) -> None:
        """Somebody puts it back."""
        self.status(extension, "Idle")

    def leave_message(self, extension: Extension, sender: str, seconds: int = 12) -> None:
        """Somebody leaves a voicemail message; no report tells of it (T37)."""
        taken = {message.file for message in extension.messages}
        files = (f"msg{number:04}.wav" for number in itertools.count())
        file = next(file for file in files if file not in taken)
        stamp = self._state.clock.stamp()
        extension.messages.append(Message(file, sender, "unread", stamp, seconds))

    def record(
        self,
        callid: str,
        source: str,
        target: str,
        ring: int,
        talk: int,
        kind: str,
        status: str = "",
        **more: str,
    ) -> None:
        """A call is over: its record, kept and reported (L5684-L5776)."""
        record = {
            "callid": callid,
            "timestart": self._started_at(callid),
            "callfrom": source,
            "callto": target,
            **more,
            "callduraction": str(ring + talk),
            "talkduraction": str(talk),
            "status": status or ("ANSWERED" if talk else "NO ANSWER"),
            "type": kind,
        }
        with self._state.lock:
            self._state.records.append(record)
        self.send({"action": "NewCdr", **record})

    def send(self, report: Report, *, with_serial: bool = True) -> None:
        """Report something."""
        if self.pause:
            time.sleep(self.pause)
        self._reporter.send(report, with_serial=with_serial)

    def _started_at(self, callid: str) -> str:
        """The same instant that ``callid`` tells, also if the second has turned since."""
        epoch = int(callid.partition(".")[0])
        return datetime.fromtimestamp(epoch, self._state.clock.zone).strftime("%Y-%m-%d %H:%M:%S")
