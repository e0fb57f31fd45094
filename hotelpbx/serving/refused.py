"""What is said to a request that never reaches the application."""

import json
from http import HTTPStatus
from typing import Final

_WORDS: Final = {
    HTTPStatus.REQUEST_TIMEOUT: "The request was not complete within 10 seconds. Send it again.",
    HTTPStatus.LENGTH_REQUIRED: "Send the report with a Content-Length, or chunked.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is too large.",
    HTTPStatus.NOT_IMPLEMENTED: "Of the transfer codings only chunked is read.",
    HTTPStatus.NOT_FOUND: "not found",
    HTTPStatus.FORBIDDEN: "source not allowed",
    HTTPStatus.METHOD_NOT_ALLOWED: "POST only",
}


class Unfit(Exception):
    """The request cannot be taken; ``status`` says why."""

    def __init__(self, status: HTTPStatus, words: str = "") -> None:
        super().__init__(words or _WORDS.get(status, status.phrase))
        self.status = status


def answer(fault: Unfit, *, to_a_program: bool) -> bytes:
    """The whole answer; a program of the REST API gets a problem (RFC 9457)."""
    status, words = fault.status, str(fault)
    if to_a_program:
        kind = "application/problem+json"
        code = (
            "validation_error" if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE else "parse_error"
        )
        problem = {
            "type": "about:blank",
            "title": status.phrase,
            "status": status.value,
            "detail": words,
            "code": code,
        }
        body = json.dumps(problem).encode()
    else:
        kind, body = "text/plain", f"{words}\n".encode()
    lines = [
        f"HTTP/1.1 {status.value} {status.phrase}",
        "Connection: close",
        f"Content-Type: {kind}",
        f"Content-Length: {len(body)}",
    ]
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        lines.append("Allow: POST")
    return "\r\n".join([*lines, "", ""]).encode() + body
