"""Problem documents (RFC 9457): every error of the API has the same form.

``type title status detail code request_id errors[{pointer, detail}]``

Exceptions are mapped to documents::

    Refusal                              refused by a service: its kind gives the status
    ValidationError                      422, one entry of ``errors`` for each fault
    APIException (the framework's)       its own status, one of our codes
    OperationalError, InterfaceError     503: the database is not available
    IntegrityError                       409: a concurrent request did the same
    anything else                        500, with the traceback in the log
"""

import logging
import re
import uuid
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from django.db import IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.response import Response

from api.requests.slashes import slash_fault
from hotelpbx.http.client_address import client_address
from hotelpbx.refusals import FieldFault, Refusal
from rooms.stays.overrides import OverrideRequired

log = logging.getLogger(__name__)

CONTENT_TYPE: Final = "application/problem+json"
RETRY_AFTER: Final = 5  # seconds, while the database is not available

_OF_KIND: Final = {
    "invalid": 422,
    "conflict": 409,
    "not_found": 404,
    "precondition": 412,
    "unavailable": 503,
}
_CODES: Final = {
    exceptions.ParseError: "parse_error",
    exceptions.NotAuthenticated: "not_authenticated",
    exceptions.AuthenticationFailed: "not_authenticated",
    exceptions.PermissionDenied: "permission_denied",
    exceptions.NotFound: "not_found",
    exceptions.MethodNotAllowed: "method_not_allowed",
    exceptions.UnsupportedMediaType: "unsupported_media_type",
    exceptions.Throttled: "rate_limited",
}
_PATH_SHOWN: Final = 200
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")


def exception_handler(fault: Exception, context: dict[str, Any]) -> Response:
    """Turn any exception of a view into a problem document."""
    request = context["request"]
    status, code, detail, faults = _describe(fault, request_id(request))
    response = Response(_document(request, status, code, detail, faults), status=status)
    response.content_type = CONTENT_TYPE
    response["X-Request-ID"] = request_id(request)
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    if status in (401, 403):
        _log_refusal(request, status, detail)
        # Django's own log line would say less.
        response._has_been_logged = True  # type: ignore[attr-defined]
    wait = RETRY_AFTER if status == 503 else getattr(fault, "wait", None)
    if wait is not None:
        response["Retry-After"] = str(int(wait))
    return response


@csrf_exempt
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an unknown address below ``/api/``."""
    if (fault := slash_fault(request)) is not None:
        return _as_http(request, 422, "validation_error", fault.detail, (fault,))
    detail = "There is nothing at this address."
    if not request.path.endswith("/"):
        detail += " Addresses end with a slash."
    return _as_http(request, 404, "not_found", detail)


def _as_http(
    request: HttpRequest, status: int, code: str, detail: str, faults: tuple[FieldFault, ...] = ()
) -> HttpResponse:
    document = _document(request, status, code, detail, faults)
    response = JsonResponse(document, status=status, content_type=CONTENT_TYPE)
    response["X-Request-ID"] = request_id(request)
    return response


def request_id(request: Any) -> str:
    """The client's ``X-Request-ID`` if it is well-formed, else a new id, kept for the request."""
    django_request: Any = getattr(request, "_request", request)
    found = getattr(django_request, "hotelpbx_request_id", None)
    if found is None:
        given = django_request.headers.get("X-Request-ID", "")
        found = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        django_request.hotelpbx_request_id = found
    return str(found)


def _log_refusal(request: Any, status: int, detail: str) -> None:
    """Log who was refused what. The query string is omitted: it may contain a secret."""
    key = getattr(request, "auth", None)
    log.warning(
        "%s %s %s from %s, request %s%s: %s",
        status,
        request.method,
        quote(request.path)[:_PATH_SHOWN],
        client_address(getattr(request, "_request", request)),
        request_id(request),
        f", key {key}" if key else "",
        detail,
    )


def _describe(fault: Exception, request: str) -> tuple[int, str, str, tuple[FieldFault, ...]]:
    if isinstance(fault, OverrideRequired):
        hint = f'If this is intended, send "accept_{fault.subject}": true.'
        return _OF_KIND[fault.kind], fault.code, f"{fault.detail} {hint}", fault.faults
    if isinstance(fault, Refusal):
        return _OF_KIND[fault.kind], fault.code, fault.detail, fault.faults
    if isinstance(fault, exceptions.ValidationError):
        faults = tuple(_faults(fault.detail, ""))
        return 422, "validation_error", "Some values are invalid: see errors.", faults
    if isinstance(fault, Http404):
        return 404, "not_found", "There is nothing at this address.", ()
    if isinstance(fault, exceptions.APIException):
        code = next((code for kind, code in _CODES.items() if isinstance(fault, kind)), None)
        if code is not None:
            return fault.status_code, code, str(fault.detail), ()
    return _describe_breakdown(fault, request)


def _describe_breakdown(
    fault: Exception, request: str
) -> tuple[int, str, str, tuple[FieldFault, ...]]:
    if isinstance(fault, OperationalError | InterfaceError):
        log.error("Request %s: the database is not available (%s).", request, type(fault).__name__)
        return 503, "unavailable", "The database is not available: try again.", ()
    if isinstance(fault, IntegrityError):
        log.warning("Request %s collided with another.", request, exc_info=fault)
        detail = "A concurrent request did the same: read it again."
        return 409, "invalid_transition", detail, ()
    log.error("Request %s failed.", request, exc_info=fault)
    return 500, "internal_error", "Internal error: see the log.", ()


def _faults(detail: Any, pointer: str) -> Iterator[FieldFault]:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            path = pointer if name == "non_field_errors" else f"{pointer}/{_escaped(str(name))}"
            yield from _faults(inner, path)
    elif isinstance(detail, list):
        for place, inner in enumerate(detail):
            nested = isinstance(inner, dict | list)
            yield from _faults(inner, f"{pointer}/{place}" if nested else pointer)
    else:
        yield FieldFault(pointer, str(detail))


def _escaped(name: str) -> str:
    """A name within a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def _document(
    request: Any, status: int, code: str, detail: str, faults: tuple[FieldFault, ...]
) -> dict[str, Any]:
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": _writable(detail),
        "code": code,
        "request_id": request_id(request),
        "errors": [
            {"pointer": _writable(each.pointer), "detail": _writable(each.detail)}
            for each in faults
        ],
    }


def _writable(text: str) -> str:
    """``text`` without surrogates, which cannot be encoded, and of limited length."""
    return text[:2000].encode(errors="replace").decode()
