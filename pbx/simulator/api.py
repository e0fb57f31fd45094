"""The API's envelope: paths, tokens, errors, always HTTP 200 (L352-L404)."""

import json
import socket
import time
from typing import Any, Final

from werkzeug import Request, Response

from pbx.simulator.endpoints import CALLS, records
from pbx.simulator.endpoints.base import House
from pbx.simulator.errors import Refused
from pbx.simulator.faults import Fault, Faults
from pbx.simulator.session import Sessions

ROOT: Final = "/api/v1.1.0/"
_SECRET: Final = {"password", "registerpassword", "vmsecret", "loginpassword"}


class Dropped(Exception):
    """The connection breaks without an answer."""


class Api:
    """Answers what comes below ``/api/v1.1.0/``."""

    def __init__(self, house: House, sessions: Sessions, faults: Faults) -> None:
        self._house = house
        self._sessions = sessions
        self._faults = faults

    def answer(self, request: Request) -> Response:
        """One request. Raises :class:`Dropped` where a fault wants it."""
        name = request.path.removeprefix(ROOT)
        fault = self._faults.strike(name)
        if fault is not None:
            struck = _before(fault)
            if struck is not None:
                return struck
        if name == "cdr/download" and request.method == "GET":
            return self._download(request)
        try:
            answer = {"status": "Success", **self._call(name, request, fault)}
        except Refused as refused:
            answer = {"status": "Failed", "errno": refused.errno}
        if fault is not None and fault.kind == "drop_after":
            raise Dropped
        return _json(answer)

    def _call(self, name: str, request: Request, fault: Fault | None) -> dict[str, Any]:
        if request.method != "POST":
            raise Refused("20001")
        body = _body(request)
        self._log(name, body)
        if fault is not None and fault.kind == "errno":
            raise Refused(fault.value)
        caller = request.remote_addr or "127.0.0.1"
        if name == "login":
            return {"token": self._sessions.login(body, caller)}
        session = self._sessions.use(request.args.get("token"))
        if name == "heartbeat":
            self._sessions.heartbeat(session, body, caller)
            return {}
        if name == "logout":
            self._sessions.logout(session)
            return {}
        if name not in CALLS:
            raise Refused("10003")
        with self._house.state.lock:
            return CALLS[name](self._house, body)

    def _download(self, request: Request) -> Response:
        try:
            self._sessions.use(request.args.get("token"))
            text = records.download(self._house.state, request.args.to_dict())
        except Refused as refused:
            return _json({"status": "Failed", "errno": refused.errno})
        return Response(text, content_type="text/csv; charset=utf-8")

    def _log(self, name: str, body: dict[str, Any]) -> None:
        shown = {key: "…" if key in _SECRET else value for key, value in body.items()}
        if "url" in shown:
            shown["url"] = str(shown["url"]).partition("/")[0]
        entry = {"at": self._house.state.clock.stamp(), "path": name, "body": shown}
        self._house.state.requests.append(entry)


def _before(fault: Fault) -> Response | None:
    """What a fault does before the PBX acts; None: go on."""
    if fault.kind == "drop_before":
        raise Dropped
    if fault.kind == "delay":
        time.sleep(float(fault.value))
    if fault.kind == "status":
        return Response("fault\n", status=int(fault.value), content_type="text/plain")
    if fault.kind == "garbage":
        return Response("<html>busy</html>", content_type="text/html")
    return None


def _body(request: Request) -> dict[str, Any]:
    raw = request.get_data()
    if not raw.strip():
        return {}
    if request.mimetype != "application/json":
        raise Refused("20000")
    try:
        body = json.loads(raw)
    except ValueError:
        raise Refused("20000") from None
    if not isinstance(body, dict):
        raise Refused("20000")
    return body


def _json(answer: dict[str, Any]) -> Response:
    response = Response(json.dumps(answer, ensure_ascii=False), content_type="application/json")
    response.headers["Access-control-allow-origin"] = "*"
    response.headers["Access-control-allow-methods"] = "GET, POST, OPTIONS, PUT, DELETE"
    return response


def break_connection(request: Request) -> None:
    """Reset the TCP connection of a request, so that the caller gets no answer at all."""
    connection = request.environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        connection.shutdown(socket.SHUT_RDWR)
