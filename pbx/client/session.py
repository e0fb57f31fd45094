"""login, heartbeat and logout (L448-L602)."""

import hashlib
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from pbx.client.answers import needed
from pbx.client.caller import ask
from pbx.client.transport import Transport

# Reports that are JSON (L469-L471); not the version of the API.
_REPORT_VERSION: Final = "1.0.2"
_ABSOLUTE: Final = "1"


@dataclass(frozen=True)
class ReportAddress:
    """Where the PBX sends its reports.

    :ivar host: name or address of this server as the PBX sees it
    :ivar port: our port, not the PBX's own (T19)
    :ivar url: the whole address without a scheme, as in the manual's examples (L482-L485);
        holds the report secret
    """

    host: str
    port: int
    url: str = field(repr=False)

    @classmethod
    def of(cls, url: str) -> "ReportAddress":
        """The address in e.g. ``http://192.168.5.10:8260/reports/…/``.

        :raises ValueError: it is not a plain HTTP address; the PBX supports no other (L337)
        """
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            raise ValueError("reports need an address that begins with http://")
        return cls(parts.hostname, parts.port or 80, url.partition("://")[2])


class Session:
    """Requests that start, renew and end a session."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def login(self, username: str, password: str, address: ReportAddress) -> str:
        """Log in and return the token. Five wrong passwords lock our address (L453)."""
        # The API requires MD5 in lower-case hexadecimal (L462-L464), which is no protection.
        digest = hashlib.md5(password.encode(), usedforsecurity=False).hexdigest()
        body = {
            "username": username,
            "password": digest,
            "port": str(address.port),
            "version": _REPORT_VERSION,
            "url": address.url,
            "urltag": _ABSOLUTE,
        }
        return needed(ask(self._transport, "login", body), "token")

    def heartbeat(self, token: str, address: ReportAddress) -> None:
        """Renew the token for 30 minutes and repeat the address for reports (L532-L579).

        The complete address is sent every time, so that no heartbeat can redirect the reports. The
        manual's table calls the kind of address ``urltag``, the maker's English page
        ``urlflag`` (T21). Both are sent: without the one that it knows, a PBX would take the
        address for a relative path, and reports would be lost without notice.
        """
        body = {
            "ipaddr": address.host,
            "port": str(address.port),
            "url": address.url,
            "urltag": _ABSOLUTE,
            "urlflag": _ABSOLUTE,
        }
        ask(self._transport, "heartbeat", body, token)

    def logout(self, token: str) -> None:
        """End the session; the PBX sends no more reports."""
        ask(self._transport, "logout", None, token)
