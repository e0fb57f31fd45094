"""Clients of the simulated PBX: API, control interface and report receiver."""

import hashlib
import json
from typing import Any

import requests

from hotelpbx.processes.running import wait_until
from pbx.simulator import Simulator
from tests.pbx.wire_server import PATIENCE, Seen, WireServer

SUCCESS = {"status": "Success"}


def failed(errno: str) -> dict[str, str]:
    """The answer to a rejected request."""
    return {"status": "Failed", "errno": errno}


def md5(password: str) -> str:
    """A password as the API requires it (L462)."""
    return hashlib.md5(password.encode(), usedforsecurity=False).hexdigest()


class Caller:
    """A client of the API and the control interface of one simulated PBX."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self._url = simulator.url
        self._session = requests.Session()
        self._session.trust_env = False
        self.token = ""

    def login(self, port: int = 8260, **more: str) -> dict[str, Any]:
        """Log in, by default with the correct password, and keep the token."""
        body = {"username": "api", "password": md5("secret"), "port": str(port), **more}
        answer = self.ask("login", body)
        self.token = answer.get("token", self.token)
        return answer

    def ask(self, path: str, body: Any = None, *, timeout: float = PATIENCE) -> dict[str, Any]:
        """The answer of the API to one request."""
        answer = self._session.post(
            f"{self._url}/api/v1.1.0/{path}", params={"token": self.token}, json=body or {},
            timeout=timeout,
        )  # fmt: skip
        assert answer.status_code == 200
        found: dict[str, Any] = answer.json()
        return found

    def raw(self, method: str, path: str, **options: Any) -> requests.Response:
        """One request of any shape."""
        url = f"{self._url}/api/v1.1.0/{path}"
        return self._session.request(method, url, timeout=PATIENCE, **options)

    def control(self, act: str, **body: Any) -> requests.Response:
        """The answer of the control interface to one action."""
        return self._session.post(f"{self._url}/_sim/{act}", json=body, timeout=PATIENCE)

    def act(self, act: str, **body: Any) -> Any:
        """The result of one successful action."""
        answer = self.control(act, **body)
        assert answer.ok, answer.text
        return answer.json()["result"]

    def state(self) -> dict[str, Any]:
        """Everything the control interface shows."""
        found: dict[str, Any] = self._session.get(
            f"{self._url}/_sim/state", timeout=PATIENCE
        ).json()
        return found

    def phone(self, number: str) -> dict[str, Any]:
        """What it shows of one phone."""
        phones = self.state()["extensions"]
        return next(phone for phone in phones if phone["number"] == number)

    def let_pass(self, seconds: float) -> None:
        """Age everything on the PBX."""
        self.simulator.state.clock.offset += seconds

    def settle(self) -> None:
        """Wait until no report is waiting to be sent."""
        wait_until(lambda: not self.state()["reports_waiting"], PATIENCE, "all reports")


def report_of(seen: Seen) -> dict[str, Any]:
    """A report as received."""
    found: dict[str, Any] = json.loads(seen.body)
    return found


def reports_at(receiver: WireServer, action: str = "") -> list[dict[str, Any]]:
    """The reports that a receiver got, of one action or all, in order."""
    found = map(report_of, list(receiver.asked))
    return [report for report in found if action in ("", report["action"])]


def shape(value: Any) -> Any:
    """The names and kinds in some JSON, with the values left out."""
    if isinstance(value, dict):
        return {name: shape(each) for name, each in sorted(value.items())}
    if isinstance(value, list):
        return [shape(each) for each in value]
    return type(value).__name__
