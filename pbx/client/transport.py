"""HTTP to the PBX. All errors of HTTP libraries are converted to :mod:`pbx.errors` here.

The token is in the query string (T18). Therefore no exception of ``requests`` or ``urllib3``, which
may contain the URL, leaves this module, not even as a cause, and tokens are removed from what
``urllib3`` logs at any level.
"""

import json
import logging
import re
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol
from urllib.parse import quote, urlencode

import requests
import urllib3

from pbx import errors
from pbx.client.http_faults import FOREIGN, status_fault, too_slow, translate

API_ROOT: Final = "/api/v1.1.0/"
MAX_BODY: Final = 4 * 1024 * 1024
_CHUNK: Final = 64 * 1024
_HEADERS: Final = {
    "Content-Type": "application/json; charset=utf-8",
    "Accept-Encoding": "identity",
    # A small server may close idle connections at any time. A request at that moment would have an
    # unknown outcome, so every request uses a new connection.
    "Connection": "close",
}


class Transport(Protocol):
    """Sends requests to a PBX and returns its answers as text."""

    def post(self, path: str, query: Mapping[str, str], body: Mapping[str, Any]) -> str:
        """POST ``body`` as JSON to ``path`` below the API's root; raises ``PbxError``."""
        ...

    def get_text(self, path: str, query: Mapping[str, str]) -> str:
        """GET a file from ``path`` below the API's root; raises ``PbxError``."""
        ...


@dataclass(frozen=True)
class Limits:
    """Timeouts in seconds, and the maximum size of an answer in bytes.

    :ivar connect: for the connection
    :ivar read: for the next part of the answer
    :ivar overall: for the complete answer
    """

    connect: float = 3.0
    read: float = 10.0
    overall: float = 30.0
    body: int = MAX_BODY


class HttpTransport:
    """:class:`Transport` over HTTP or HTTPS.

    :param base_url: e.g. ``https://192.168.5.150:8088`` (L372-L378)
    :param verify_tls: True, False or the path of a CA file; also ``"true"`` and ``"false"``
    """

    def __init__(
        self, base_url: str, *, verify_tls: bool | str = True, limits: Limits | None = None
    ) -> None:
        self._root = base_url.strip().rstrip("/") + API_ROOT
        # Host and port for error messages, without a user name or password in the URL.
        self._place = self._root.partition("://")[2].partition("/")[0].rpartition("@")[2]
        self._verify = _verification(verify_tls)
        self._limits = limits or Limits()
        self._session = _Session()
        self._session.trust_env = False  # no proxies and no .netrc from the environment
        if self._verify is False:
            # Set by the hotel on purpose; a warning for each request would only hide others.
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def post(self, path: str, query: Mapping[str, str], body: Mapping[str, Any]) -> str:
        """See :meth:`Transport.post`. Without parameters the body is empty (L611-L629)."""
        payload = json.dumps(body, ensure_ascii=False).encode() if body else b""
        return self._exchange("POST", path, query, payload)

    def get_text(self, path: str, query: Mapping[str, str]) -> str:
        """See :meth:`Transport.get_text`."""
        return self._exchange("GET", path, query, None)

    def _exchange(
        self, method: str, path: str, query: Mapping[str, str], payload: bytes | None
    ) -> str:
        self._check_ca_file()
        # %20 for a space: not every small server reads "+" as one.
        url = f"{self._root}{path}?{urlencode(query, quote_via=quote)}".removesuffix("?")
        deadline = time.monotonic() + self._limits.overall
        try:
            with self._session.request(
                method,
                url,
                data=payload,
                headers=_HEADERS,
                timeout=(self._limits.connect, self._limits.read),
                verify=self._verify,
                allow_redirects=False,
                stream=True,
            ) as response:
                if wrong := status_fault(response.status_code, self._place):
                    raise wrong
                return self._read(response.raw, deadline)
        except FOREIGN as error:
            fault = translate(error, self._place)
        # Outside of the handler, so that the library's error is not even its context.
        raise fault

    def _check_ca_file(self) -> None:
        if not isinstance(self._verify, str):
            return
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=self._verify)
        except OSError:
            raise errors.CertificateRefused(
                f"The CA file {self._verify} cannot be read. Correct verify_tls or the file."
            ) from None

    def _read(self, raw: Any, deadline: float) -> str:
        body = bytearray()
        while chunk := raw.read1(_CHUNK):
            body += chunk
            if len(body) > self._limits.body:
                raise errors.AnswerTooLarge(
                    f"The answer of the PBX at {self._place} is larger than "
                    f"{self._limits.body} bytes. Ask for less at a time."
                )
            if time.monotonic() > deadline:
                raise too_slow(self._place)
        return body.decode("utf-8-sig", "replace")


class _Session(requests.Session):
    """Ignores redirects: ``requests`` would read their body even if it must not follow them."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


def _verification(setting: bool | str) -> bool | str:
    if isinstance(setting, bool):
        return setting
    return {"true": True, "false": False}.get(setting.strip().lower(), setting.strip())


class _SecretFilter(logging.Filter):
    """Removes tokens from what ``urllib3`` logs: it logs URLs, sometimes even as a warning."""

    _SECRET: Final = re.compile(r"\b(token|random)=[^&\s\"']*")

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = self._SECRET.sub(r"\1=…", record.getMessage())
        record.args = None
        return True


def _redact_logs() -> None:
    for name in ("urllib3.connection", "urllib3.connectionpool", "urllib3.util.retry"):
        logging.getLogger(name).addFilter(_SecretFilter())


_redact_logs()
