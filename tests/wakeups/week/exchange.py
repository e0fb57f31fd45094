"""The simulated PBX of the week and the receiver of its reports, both over HTTP."""

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Self

import requests
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.test import override_settings
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from pbx.simulator import Simulator
from pbx.simulator.server import Settings
from pbx.simulator.state import Ring
from tests.wakeups.week.acts import Act, Away, Behave, Drift, Reboot, SetByHand
from tests.wakeups.week.desk import extension_of

# Real seconds; reports that do not come within them never will.
_PATIENCE = 60.0

RECEIVER: dict[str, Any] = {
    "ROOT_URLCONF": "hotelpbx.receiver_urls",
    "MIDDLEWARE": [],
    "DATA_UPLOAD_MAX_MEMORY_SIZE": None,
}


class Exchange:
    """What happens to the PBX, by its control interface; and what it has rung."""

    def __init__(self, zone: str, rooms: list[str]) -> None:
        phones = [*map(extension_of, rooms), "8000"]
        self._simulator = Simulator(Settings(extensions=phones, timezone=zone))
        self._http = requests.Session()
        self._http.trust_env = False
        self.rings: list[Ring] = []
        # Alarms that guests set by hand, by their ids.
        self.by_hand: dict[str, SetByHand] = {}

    def __enter__(self) -> Self:
        self._simulator.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._simulator.stop()
        self._http.close()

    @property
    def url(self) -> str:
        return self._simulator.url

    def go_on(self, at: datetime) -> None:
        """Move its clock to ``at``; it rings what is due and sends its reports."""
        self.control("clock", at=at.isoformat())
        self.settle()

    def next_ring(self) -> datetime | None:
        return self._simulator.ringer.next_at()

    def settle(self) -> None:
        """Until no report is on its way."""
        reporter, deadline = self._simulator.reporter, time.monotonic() + _PATIENCE
        while not reporter.is_drained():
            if time.monotonic() > deadline:
                raise TimeoutError("The reports of the simulated PBX do not get through.")
            time.sleep(0.0005)
        rings = self._simulator.state.rings
        while rings:
            self.rings.append(rings.popleft())

    def do(self, act: Act) -> None:
        """Something happens to the PBX or a phone."""
        match act:
            case SetByHand():
                self._set_by_hand(act)
            case Behave():
                phone = extension_of(act.room)
                self.control("set", extension=phone, behaviour=act.behaviour, keys=act.keys)
            case Away():
                self.control("away", what=act.what, report=act.tells)
            case Reboot():
                self.control("reboot", lose=["alarms"], report=act.tells)
            case Drift():
                self.control("clock", offset=act.seconds)

    def _set_by_hand(self, act: SetByHand) -> None:
        phone = self._simulator.state.extensions[extension_of(act.room)]
        before = {alarm.id for alarm in phone.alarms}
        self.control("guest-alarm", extension=phone.number, time=act.time)
        for alarm in phone.alarms:
            if alarm.id not in before:
                self.by_hand[alarm.id] = act

    def control(self, act: str, **body: Any) -> None:
        answer = self._http.post(f"{self.url}/_sim/{act}", json=body, timeout=_PATIENCE)
        assert answer.ok, answer.text


@contextmanager
def receiver() -> Iterator[str]:
    """The receiver's door, as its own process would open it; yields its base URL."""
    with override_settings(**RECEIVER):
        server = make_server("127.0.0.1", 0, _Receiver(), request_handler=_Quiet)
        thread = threading.Thread(target=_serve, args=(server,), daemon=True)
        thread.start()
        base = f"http://127.0.0.1:{server.server_port}"
        with override_settings(REPORT_BASE_URL=base):
            yield base
        server.shutdown()
        thread.join()
        server.server_close()


def _serve(server: BaseWSGIServer) -> None:
    try:
        server.serve_forever(poll_interval=0.05)
    finally:
        connections.close_all()


class _Receiver:
    def __init__(self) -> None:
        self._django = WSGIHandler()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return self._django(environ, start_response)


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: the secret stands in the path."""
