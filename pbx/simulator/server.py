"""The simulated PBX as a server."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self
from zoneinfo import ZoneInfo

from werkzeug import Request, Response
from werkzeug.serving import WSGIRequestHandler, make_server

from pbx.simulator import api, control
from pbx.simulator.alarms import AlarmRinger
from pbx.simulator.clock import Clock
from pbx.simulator.endpoints.base import EndpointContext
from pbx.simulator.faults import Faults
from pbx.simulator.own_calls import OwnCalls
from pbx.simulator.reports import Reporter
from pbx.simulator.session import Sessions
from pbx.simulator.state import State
from pbx.simulator.telephony import Telephony

_PAGE: Final = Path(__file__).parent / "page"
_FILES: Final = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/page.css": ("page.css", "text/css; charset=utf-8"),
    "/page.js": ("page.js", "text/javascript; charset=utf-8"),
}
_POLICY: Final = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'"


@dataclass(frozen=True)
class Settings:
    """Settings of a simulated PBX. ``routes``: name → prefix of dialed numbers."""

    host: str = "127.0.0.1"
    port: int = 0
    descriptor: int | None = None  # of a listening socket, instead of host and port
    username: str = "api"
    password: str = "secret"  # noqa: S105 (a simulator's default)
    extensions: list[str] = field(default_factory=lambda: ["2001", "2002", "2003", "8000"])
    routes: dict[str, str] = field(
        default_factory=lambda: {"local": "9", "national": "90", "international": "900"}
    )
    timezone: str = "Asia/Shanghai"
    serial_number: str = "369362089179"
    clock_offset: float = 0


class Simulator:
    """Started by :meth:`start` or ``with``; ``port`` 0 selects a free port."""

    def __init__(self, settings: Settings | None = None) -> None:
        settings = settings or Settings()
        clock = Clock(ZoneInfo(settings.timezone), settings.clock_offset)
        self.state = State(clock, settings.extensions, settings.routes, settings.serial_number)
        self.sessions = Sessions(clock, settings.username, settings.password)
        self.reporter = Reporter(self.sessions, settings.serial_number)
        self.telephony = Telephony(self.state, self.reporter)
        self.calls = OwnCalls(self.telephony)
        self.ringer = AlarmRinger(self.state, self.calls)
        self.faults = Faults()
        context = EndpointContext(self.state, self.telephony, self.calls)
        self.control = control.Control(
            context, self.sessions, self.reporter, self.ringer, self.faults
        )
        self._api = api.Api(context, self.sessions, self.faults)
        self._server = make_server(
            settings.host,
            settings.port,
            self,
            threaded=True,
            request_handler=_QuietHandler,
            fd=settings.descriptor,
        )
        self.url = f"http://{settings.host}:{self._server.port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return self._answer(Request(environ))(environ, start_response)

    def start(self) -> None:
        """Start serving, ringing and reporting, in separate threads."""
        self.reporter.start()
        self.ringer.start()
        threading.Thread(target=self._serve, daemon=True, name="pbx").start()

    def stop(self) -> None:
        """Stop immediately."""
        self.ringer.stop()
        self.reporter.stop()
        self._server.shutdown()
        self._server.server_close()

    def _serve(self) -> None:
        self._server.serve_forever(poll_interval=0.01)  # how long stop() may take

    def _answer(self, request: Request) -> Response:
        if request.path.startswith(api.ROOT):
            return self._api.answer(request)
        if request.path.startswith(control.ROOT):
            return self.control.answer(request)
        if request.path in _FILES and request.method == "GET":
            name, kind = _FILES[request.path]
            page = Response((_PAGE / name).read_bytes(), content_type=kind)
            page.headers["Content-Security-Policy"] = _POLICY
            return page
        return Response("not found\n", status=404, content_type="text/plain")


class _QuietHandler(WSGIRequestHandler):
    """Logs no request line, which contains the token (T18)."""

    def connection_dropped(
        self, error: BaseException, environ: dict[str, Any] | None = None
    ) -> None:
        """Close the connection after :class:`api.Dropped`, without an answer."""
        self.close_connection = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Do nothing."""
