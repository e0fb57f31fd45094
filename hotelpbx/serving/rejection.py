"""Responses to requests that never reach the application."""

import json
from http import HTTPStatus
from typing import Final

_DETAILS: Final = {
    HTTPStatus.REQUEST_TIMEOUT: "The request was not complete within 10 seconds. Send it again.",
    HTTPStatus.LENGTH_REQUIRED: "Send the report with a Content-Length, or chunked.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is too large.",
    HTTPStatus.NOT_IMPLEMENTED: "Of the transfer codings only chunked is read.",
    HTTPStatus.NOT_FOUND: "not found",
    HTTPStatus.FORBIDDEN: "source not allowed",
    HTTPStatus.METHOD_NOT_ALLOWED: "POST only",
}


class RequestRejected(Exception):
    """The request is rejected with HTTP status ``status``."""

    def __init__(self, status: HTTPStatus, detail: str = "") -> None:
        super().__init__(detail or _DETAILS.get(status, status.phrase))
        self.status = status


def response_bytes(fault: RequestRejected, *, as_problem: bool) -> bytes:
    """The complete response; ``as_problem``: as a problem document (RFC 9457)."""
    status, detail = fault.status, str(fault)
    if as_problem:
        kind = "application/problem+json"
        code = (
            "validation_error" if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE else "parse_error"
        )
        problem = {
            "type": "about:blank",
            "title": status.phrase,
            "status": status.value,
            "detail": detail,
            "code": code,
        }
        body = json.dumps(problem).encode()
    else:
        kind, body = "text/plain", f"{detail}\n".encode()
    lines = [
        f"HTTP/1.1 {status.value} {status.phrase}",
        "Connection: close",
        f"Content-Type: {kind}",
        f"Content-Length: {len(body)}",
    ]
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        lines.append("Allow: POST")
    return "\r\n".join([*lines, "", ""]).encode() + body
