"""What all simulated calls share: phone statuses, call records, voicemail messages."""

import itertools
import time
from datetime import datetime

from pbx.simulator.reports import Report, Reporter
from pbx.simulator.state import Extension, Message, State


class Line:
    """Reports statuses and call records."""

    def __init__(self, state: State, reporter: Reporter) -> None:
        self._state = state
        self._reporter = reporter
        # Seconds between two reports of a call, so that a person can follow them.
        self.pause = 0.0

    def status(self, extension: Extension, status: str) -> None:
        """Change a phone's status and report it (L4795-L4827)."""
        extension.status = status
        self.send({"action": "ExtensionStatus", "extension": extension.number, "status": status})

    def is_blocked_by_dnd(self, extension: Extension) -> bool:
        """Whether do-not-disturb prevents the PBX from ringing a phone."""
        return self._state.blocks_ring(extension)

    def lift(self, extension: Extension) -> None:
        """Take a phone off-hook."""
        self.status(extension, "Busy")

    def hang_up(self, extension: Extension) -> None:
        """Put a phone on-hook."""
        self.status(extension, "Idle")

    def leave_message(self, extension: Extension, sender: str, seconds: int = 12) -> None:
        """Leave a voicemail message; it is not reported (T37)."""
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
        """Store and report the record of an ended call (L5684-L5776)."""
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
        """Send a report."""
        if self.pause:
            time.sleep(self.pause)
        self._reporter.send(report, with_serial=with_serial)

    def _started_at(self, callid: str) -> str:
        """The start of a call: the instant in its ``callid``."""
        epoch = int(callid.partition(".")[0])
        return datetime.fromtimestamp(epoch, self._state.clock.zone).strftime("%Y-%m-%d %H:%M:%S")
