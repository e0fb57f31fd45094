"""Sends reports in order, each repeated until it is answered with 200 (L348)."""

import http.client
import json
import queue
import threading
from collections import deque
from typing import Any, Final

from pbx.simulator.session import Session, Sessions

CURRENT_VERSION: Final = "1.0.2"  # (L469-L471)

Report = dict[str, Any]


class Reporter:
    """A sending thread; ``interval``: seconds between two attempts of one report."""

    def __init__(self, sessions: Sessions, serial: str) -> None:
        self._sessions = sessions
        self._serial = serial
        self._queue: queue.Queue[tuple[Report, Session | None]] = queue.Queue()
        self._stopping = threading.Event()
        self.interval = 1.0
        # Reports are not delivered but wait.
        self.held = False
        # How often each report is sent, even if answered (repetitions by the PBX).
        self.copies = 1
        # Without Content-Length, chunked.
        self.chunked = False
        self.log: deque[dict[str, Any]] = deque(maxlen=500)
        self._thread = threading.Thread(target=self._run, daemon=True, name="reports")

    def start(self) -> None:
        """Start sending."""
        self._thread.start()

    def stop(self) -> None:
        """Stop sending; unsent reports are lost."""
        self._stopping.set()

    def send(self, report: Report, *, with_serial: bool = True) -> None:
        """Queue a report."""
        serial = {"sn": self._serial} if with_serial else {}
        self._queue.put(({**report, **serial}, None))

    def send_to(self, session: Session, report: Report) -> None:
        """Queue a report that goes to an expired session unless there is another."""
        self._queue.put(({**report, "sn": self._serial}, session))

    def is_drained(self) -> bool:
        """Whether no report is waiting that could be sent."""
        return self.held or self.idle()

    def idle(self) -> bool:
        """Whether no report is waiting."""
        return self._queue.unfinished_tasks == 0

    def _run(self) -> None:
        while not self._stopping.is_set():
            if self.held:
                self._stopping.wait(0.02)
                continue
            try:
                report, session = self._queue.get(timeout=0.2)
            except queue.Empty:
                continue
            for _ in range(self.copies):
                self._deliver(report, session)
            self._queue.task_done()

    def _deliver(self, report: Report, to: Session | None) -> None:
        entry: dict[str, Any] = {"report": report, "tries": 0, "outcome": "waiting"}
        self.log.append(entry)
        while not self._stopping.is_set():
            if self.held:
                self._stopping.wait(0.02)
                continue
            session = self._sessions.reporting() or to
            if session is None:
                entry["outcome"] = "dropped: nobody is logged in"
                return
            entry["tries"] += 1
            if _post(session, report, chunked=self.chunked):
                entry["outcome"] = "delivered"
                return
            self._stopping.wait(self.interval)


def body_of(report: Report, version: str) -> bytes:
    """The bytes of a report; before ``version`` 1.0.2 the parties are at the top level, maybe with
    two keys ``ext`` (T26)."""
    if version == CURRENT_VERSION or "call" not in report:
        return json.dumps(report, ensure_ascii=False, indent=1).encode()
    pairs = [(key, value) for key, value in report.items() if key != "call"]
    pairs += [pair for member in report["call"] for pair in member.items()]
    inside = ",".join(f"{json.dumps(key)}:{json.dumps(value)}" for key, value in pairs)
    return b"{" + inside.encode() + b"}"


def _post(session: Session, report: Report, *, chunked: bool) -> bool:
    host, _, path = session.address.partition("/")
    name, _, port = host.rpartition(":")
    connection = http.client.HTTPConnection(name.strip("[]"), int(port), timeout=10)
    headers = {
        "User-Agent": "WebAPI",
        "Host": f"{name}: {port}",  # with a space, as in the manual (L421)
        "Content-Type": "application/json",
        "Accept": "application/json",
    }
    try:
        body = body_of(report, session.version)
        if chunked:
            headers["Transfer-Encoding"] = "chunked"
            parts = iter((body[:16], body[16:]))
            connection.request("POST", f"/{path}", parts, headers, encode_chunked=True)
        else:
            connection.request("POST", f"/{path}", body, headers)
        return connection.getresponse().status == 200
    except (OSError, ValueError, http.client.HTTPException):  # ValueError: no such address
        return False
    finally:
        connection.close()
