"""Problem documents (RFC 9457): every error of the API has the same shape.

``type title status detail code request_id errors[{pointer, detail}]``
"""

import logging
import re
import uuid
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, Final

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.response import Response

from hotelpbx.refusals import FieldFault, Refusal

log = logging.getLogger(__name__)

CONTENT_TYPE: Final = "application/problem+json"

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
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")


def exception_handler(fault: Exception, context: dict[str, Any]) -> Response:
    """Answer any exception of a view."""
    request = context["request"]
    status, code, detail, faults = _describe(fault)
    response = Response(_document(request, status, code, detail, faults), status=status)
    response.content_type = CONTENT_TYPE
    response["X-Request-ID"] = request_id(request)
    if isinstance(fault, exceptions.APIException):
        for name in ("auth_header", "wait"):
            value = getattr(fault, name, None)
            if value is not None:
                response["WWW-Authenticate" if name == "auth_header" else "Retry-After"] = str(
                    value
                )
    return response


@csrf_exempt
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """An address below ``/api/`` that does not exist."""
    document = _document(request, 404, "not_found", "There is nothing at this address.", ())
    response = JsonResponse(document, status=404, content_type=CONTENT_TYPE)
    response["X-Request-ID"] = document["request_id"]
    return response


def request_id(request: Any) -> str:
    """The caller's ``X-Request-ID`` if it is a sane one, else one of ours; the same all along."""
    django_request: Any = getattr(request, "_request", request)
    found = getattr(django_request, "hotelpbx_request_id", None)
    if found is None:
        given = django_request.headers.get("X-Request-ID", "")
        found = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        django_request.hotelpbx_request_id = found
    return str(found)


def _describe(fault: Exception) -> tuple[int, str, str, tuple[FieldFault, ...]]:
    if isinstance(fault, Refusal):
        return _OF_KIND[fault.kind], fault.code, fault.detail, fault.faults
    if isinstance(fault, exceptions.ValidationError):
        faults = tuple(_faults(fault.detail, ""))
        return 422, "validation_error", "Some values are not right: see errors.", faults
    if isinstance(fault, Http404):
        return 404, "not_found", "There is nothing at this address.", ()
    if isinstance(fault, exceptions.APIException):
        code = next((code for kind, code in _CODES.items() if isinstance(fault, kind)), "error")
        return fault.status_code, code, str(fault.detail), ()
    if isinstance(fault, OperationalError | InterfaceError):
        log.error("The database is away: %s", type(fault).__name__)
        return 503, "unavailable", "The hotel's books cannot be reached now: try again.", ()
    log.exception("A request failed.", exc_info=fault)
    return 500, "internal_error", "A fault of the program: it stands in the log.", ()


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


def _writable(text: str) -> str:
    """``text`` without lone surrogates, which a caller may send but UTF-8 cannot hold."""
    return text.encode(errors="replace").decode()


def _escaped(name: str) -> str:
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
