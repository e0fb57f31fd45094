"""Convert failed HTTP exchanges to :mod:`pbx.errors`.

A request that may have been sent counts as sent: only a failure to connect is certain.
"""

import http.client
import ssl
from collections.abc import Iterator
from typing import Final

import requests
from urllib3 import exceptions as wire

from pbx import errors

# All exceptions that requests and urllib3 raise.
FOREIGN: Final = (
    requests.RequestException,
    wire.HTTPError,
    http.client.HTTPException,
    OSError,
    UnicodeError,
)
_NO_URL: Final = (
    requests.exceptions.InvalidURL,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidSchema,
    wire.LocationValueError,
    UnicodeError,
)
# OpenSSL's reasons if the server does not speak TLS.
_NOT_TLS: Final = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE")


def status_fault(status: int, place: str) -> errors.PbxError | None:
    """The error for an HTTP status; the API itself always answers 200 (L386-L399).

    :param place: host and port of the PBX, for people
    """
    if 200 <= status < 300:
        return None
    if status >= 500:
        return errors.ServerFault(f"The PBX at {place} answers HTTP {status}. It is tried again.")
    if 300 <= status < 400:
        return errors.WrongAddress(
            f"{place} redirects to another address, which is not followed because requests "
            "change on the way. Enter the PBX's own API port in the URL, by default https "
            "and 8088."
        )
    if status in (401, 403):
        return errors.Misconfigured(
            f"{place} refuses requests (HTTP {status}). Check that the API is switched on at "
            "the PBX and that this server's address is not blocked there."
        )
    return errors.WrongAddress(
        f"What answers at {place} is not the API of a PBX (HTTP {status}). Check the URL: "
        "scheme, host and port only, e.g. https://192.168.5.150:8088."
    )


def translate(error: BaseException, place: str) -> errors.PbxError:
    """The error for one of :data:`FOREIGN`, without its text, which may contain the URL."""
    causes = tuple(_causes(error))
    return (
        _certificate_fault(causes, place)
        or _address_fault(causes, place)
        or _connecting_fault(causes, place)
        or _answering_fault(causes, place)
    )


def too_slow(place: str) -> errors.Timeout:
    """The error for an answer that is not complete in time."""
    return errors.Timeout(f"The PBX at {place} did not answer in time. It is tried again.")


_Causes = tuple[BaseException, ...]


def _certificate_fault(causes: _Causes, place: str) -> errors.PbxError | None:
    if not _any(causes, ssl.SSLCertVerificationError):
        return None
    return errors.CertificateRefused(
        f"The TLS certificate of the PBX at {place} is not trusted. Give its CA file in "
        "verify_tls, or correct the certificate or the host name."
    )


def _address_fault(causes: _Causes, place: str) -> errors.PbxError | None:
    not_tls = any(isinstance(each, ssl.SSLError) and each.reason in _NOT_TLS for each in causes)
    if not not_tls and not _any(causes, *_NO_URL):
        return None
    return errors.WrongAddress(
        f"The URL of the PBX ({place}) does not lead to one. Check scheme, host and port, "
        "e.g. https://192.168.5.150:8088."
    )


def _connecting_fault(causes: _Causes, place: str) -> errors.PbxError | None:
    if not _any(causes, wire.NewConnectionError, wire.ConnectTimeoutError):
        return None
    what = "cannot be reached"
    if _any(causes, ConnectionRefusedError):
        what = "refuses the connection"
    elif _any(causes, wire.NameResolutionError):
        what = "has a name that cannot be resolved"
    return errors.Unreachable(
        f"The PBX at {place} {what}. Check that it is switched on and connected, that its "
        "API is enabled, and the URL."
    )


def _answering_fault(causes: _Causes, place: str) -> errors.PbxError:
    if _any(causes, wire.ReadTimeoutError, TimeoutError):
        return too_slow(place)
    if _any(causes, http.client.BadStatusLine) and not _any(causes, http.client.RemoteDisconnected):
        return errors.ServerFault(
            f"What {place} answers is not HTTP. If this persists, check whether the URL should "
            "begin with https."
        )
    return errors.ConnectionLost(
        f"The connection to the PBX at {place} was lost. It is tried again."
    )


def _any(causes: _Causes, *kinds: type[BaseException]) -> bool:
    return any(isinstance(cause, kinds) for cause in causes)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """``error`` and all its causes, each once."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        cause = waiting.pop(0)
        if not isinstance(cause, BaseException) or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        reason = getattr(cause, "reason", None)
        waiting += [*cause.args, reason, cause.__cause__, cause.__context__]
