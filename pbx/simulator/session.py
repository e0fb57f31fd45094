"""Logins, tokens, the lock after wrong passwords, and the destination of reports."""

import hashlib
import secrets
import threading
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from pbx.simulator.clock import Clock
from pbx.simulator.errors import Refused

TOKEN_LIFE: Final = timedelta(minutes=30)  # (L494)
LOCK: Final = timedelta(minutes=10)  # (L453)
TRIES: Final = 5  # (L453)


@dataclass
class Session:
    """A login. ``address``: ``host:port/path`` for reports; ``version``: their format."""

    token: str
    address: str
    version: str
    used_at: timedelta


class Sessions:
    """All sessions; the last login or heartbeat sets the destination of reports."""

    def __init__(self, clock: Clock, username: str, password: str) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self.username = username
        self.password = password
        self._sessions: dict[str, Session] = {}
        self._reporting: Session | None = None
        self._wrong: dict[str, int] = defaultdict(int)
        self._locked: dict[str, timedelta] = {}

    def login(self, body: dict[str, Any], caller: str) -> str:
        """A token for the correct user name and MD5 of the password (L461-L464)."""
        with self._lock:
            now = self._clock.elapsed()
            if self._locked.get(caller, now) > now:
                raise Refused("20002")
            digest = hashlib.md5(self.password.encode(), usedforsecurity=False).hexdigest()
            if (body.get("username"), body.get("password")) != (self.username, digest):
                self._wrong[caller] += 1
                if self._wrong[caller] >= TRIES:
                    self._locked[caller] = now + LOCK
                    self._wrong[caller] = 0
                raise Refused("20003")
            self._wrong[caller] = 0
            address = _address(body, caller)
            session = Session(
                secrets.token_hex(16), address, str(body.get("version", "1.0.0")), now
            )
            self._sessions[session.token] = self._reporting = session
            return session.token

    def use(self, token: str | None) -> Session:
        """The session of a token; each use renews it for 30 minutes."""
        if not token:
            raise Refused("20005")
        with self._lock:
            session = self._sessions.get(token)
            if session is None:
                raise Refused("20004")
            now = self._clock.elapsed()
            if now - session.used_at > TOKEN_LIFE:
                del self._sessions[token]
                raise Refused("20006")
            session.used_at = now
            return session

    def heartbeat(self, session: Session, body: dict[str, Any]) -> None:
        """Set the destination of reports again (L532-L579).

        ``ipaddr`` and ``port`` are required, but the manual's example omits them and has an
        absolute address (L569-L571).
        """
        if not _is_absolute(body) and not (body.get("ipaddr") and body.get("port")):
            raise Refused("20011")
        with self._lock:
            session.address = _address(body, str(body.get("ipaddr")))
            self._reporting = session

    def logout(self, session: Session) -> None:
        """End the session."""
        with self._lock:
            self._sessions.pop(session.token, None)

    def forget(self) -> None:
        """Forget all tokens, as after a reboot."""
        with self._lock:
            self._sessions.clear()
            self._reporting = None

    def reporting(self) -> Session | None:
        """The session that gets reports; None if its token has expired: then they stop (L534)."""
        with self._lock:
            session = self._reporting
            if session is None or session.token not in self._sessions:
                return None
            if self._clock.elapsed() - session.used_at > TOKEN_LIFE:
                return None
            return session

    def shown(self) -> list[dict[str, str]]:
        """For the control page, without tokens and the secret in the report address."""
        with self._lock:
            return [
                {"address": each.address.partition("/")[0], "version": each.version}
                for each in self._sessions.values()
            ]


def _is_absolute(body: dict[str, Any]) -> bool:
    return str(body.get("urltag", "0")) == "1" and bool(body.get("url"))


def _address(body: dict[str, Any], host: str) -> str:
    """The destination of reports (L478-L486); error 20008 if the port is invalid."""
    url, port = str(body.get("url") or ""), str(body.get("port", ""))
    if _is_absolute(body):
        place, _, path = url.removeprefix("http://").partition("/")
        host, colon, own_port = place.rpartition(":")
        if colon:
            port = own_port
        else:
            host = place
    else:
        path = url.lstrip("/")
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise Refused("20008")
    return f"{host}:{port}/{path}"
