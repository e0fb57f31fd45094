"""The API's protocol: paths, tokens, errors, always HTTP 200 (L352-L404)."""

import json
import time
from typing import Any, Final

from werkzeug import Request, Response

from pbx.simulator.endpoints import CALLS, records
from pbx.simulator.endpoints.base import EndpointContext
from pbx.simulator.errors import Refused
from pbx.simulator.faults import Fault, Faults
from pbx.simulator.session import Sessions

ROOT: Final = "/api/v1.1.0/"
_SECRET: Final = {"token", "random", "password", "registerpassword", "vmsecret", "loginpassword"}


class Dropped(ConnectionError):
    """The connection must be closed without an answer."""


class Api:
    """Answers requests below ``/api/v1.1.0/``."""

    def __init__(self, context: EndpointContext, sessions: Sessions, faults: Faults) -> None:
        self._context = context
        self._sessions = sessions
        self._faults = faults

    def answer(self, request: Request) -> Response:
        """Answer one request. Raises :class:`Dropped` if a fault requires it."""
        if self._context.state.away in ("power", "network"):
            raise Dropped
        name = request.path.removeprefix(ROOT)
        fault = self._faults.match(name)
        if fault is not None:
            struck = _before(fault)
            if struck is not None:
                return struck
        try:
            response = self._respond(name, request, fault)
        except Refused as refused:
            response = _json({"status": "Failed", "errno": refused.errno})
        if fault is not None and fault.kind == "drop_after":
            raise Dropped
        return response

    def _respond(self, name: str, request: Request, fault: Fault | None) -> Response:
        is_download = name == "cdr/download" and request.method == "GET"
        if request.method != "POST" and not is_download:
            raise Refused("20001")
        body = request.args.to_dict() if is_download else _body(request)
        entry = self._log(name, body)
        try:
            if fault is not None and fault.kind == "errno":
                raise Refused(fault.value)
            return self._act(name, body, request)
        except Refused as refused:
            entry["errno"] = refused.errno
            raise

    def _act(self, name: str, body: dict[str, Any], request: Request) -> Response:
        token = request.args.get("token")
        if name == "cdr/download":
            self._sessions.use(token)
            return _csv(records.download(self._context.state, body))
        caller = request.remote_addr or "127.0.0.1"
        return _json({"status": "Success", **self._call(name, body, token, caller)})

    def _call(
        self, name: str, body: dict[str, Any], token: str | None, caller: str
    ) -> dict[str, Any]:
        if name == "login":
            return {"token": self._sessions.login(body, caller)}
        session = self._sessions.use(token)
        if name == "heartbeat":
            self._sessions.heartbeat(session, body)
            return {}
        if name == "logout":
            self._sessions.logout(session)
            return {}
        if name not in CALLS:
            raise Refused("10003")
        with self._context.state.lock:
            return CALLS[name](self._context, body)

    def _log(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        """Log a request; an error number is added to the entry later."""
        shown = {key: "…" if key in _SECRET else value for key, value in body.items()}
        if "url" in shown:  # its path contains the report secret
            shown["url"] = "…"
        entry = {"at": self._context.state.clock.stamp(), "path": name, "body": shown}
        self._context.state.requests.append(entry)
        return entry


def _before(fault: Fault) -> Response | None:
    """The effect of a fault before the PBX acts; None: continue."""
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


def _csv(text: str) -> Response:
    return Response(text, content_type="text/csv; charset=utf-8")


def _json(answer: dict[str, Any]) -> Response:
    response = Response(json.dumps(answer, ensure_ascii=False), content_type="application/json")
    response.headers["Access-control-allow-origin"] = "*"
    response.headers["Access-control-allow-methods"] = "GET, POST, OPTIONS, PUT, DELETE"
    return response
