"""The receiver, to which the PBX posts its reports (docs/inbox.md).

It stores, commits and answers 200; everything else happens later. The PBX repeats a report until it
gets 200 (L348), so only requests that must not be stored are answered otherwise.
"""

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Final

from django.db import DatabaseError, close_old_connections
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from hotelpbx.http.client_address import (
    Network,
    client_address,
    client_from_meta,
    is_within,
    networks_of,
)
from hotelpbx.serving.bodies import read_body
from hotelpbx.serving.limits import MAX_REPORT_BODY
from hotelpbx.serving.rejection import RequestRejected
from pbx.models import Pbx
from pbx.reports.inbox import store

log = logging.getLogger(__name__)

_PATH: Final = re.compile(r"/reports/([A-Za-z0-9_-]{1,64})/?")


def check_head(head: Mapping[str, str]) -> RequestRejected | None:
    """Reject a request before its body has arrived, for the same reasons as :func:`report`.

    :param head: the part of the WSGI environment that is known already
    """
    address = _PATH.fullmatch(head["PATH_INFO"])
    if address is None:
        return RequestRejected(HTTPStatus.NOT_FOUND)
    close_old_connections()
    try:
        pbx = Pbx.find_by_report_secret(address[1])
    except DatabaseError:
        return None  # the complete request is answered with 503
    if pbx is None:
        return RequestRejected(HTTPStatus.NOT_FOUND)
    source = client_from_meta(head)
    if not source_allowed(pbx, source):
        _note_refused_source(source)
        return RequestRejected(HTTPStatus.FORBIDDEN)
    return (
        None if head["REQUEST_METHOD"] == "POST" else RequestRejected(HTTPStatus.METHOD_NOT_ALLOWED)
    )


@csrf_exempt
def report(request: HttpRequest, secret: str) -> HttpResponse:
    """Receive one report."""
    try:
        pbx = Pbx.find_by_report_secret(secret)
        if pbx is None:
            return _answer(404, "not found")
        source = client_address(request)
        if not source_allowed(pbx, source):
            _note_refused_source(source)
            return _answer(403, "source not allowed")
        if request.method != "POST":
            answer = _answer(405, "POST only")
            answer["Allow"] = "POST"
            return answer
        body = read_body(request, MAX_REPORT_BODY)
        if body is None:
            return _answer(413, "too large")
        store(pbx, body, source)
    except DatabaseError as fault:
        log.error(
            "The database is down (%s): the PBX is asked to repeat.",
            type(fault).__name__,
        )
        return _answer(503, "try again")
    except (UnreadablePostError, OSError):
        return _answer(400, "the body was incomplete")
    return _answer(200, "ok")


def source_allowed(pbx: Pbx, source: str | None) -> bool:
    """Whether reports may come from the address ``source``; without a list from anywhere."""
    if not pbx.allowed_sources:
        return True
    return is_within(source, _networks(pbx.allowed_sources))


def _note_refused_source(source: str | None) -> None:
    log.warning("A report from %s was rejected: not among the allowed sources.", source)


def _networks(allowed: Iterable[str]) -> Iterator[Network]:
    for text in allowed:
        try:
            yield from networks_of([text])
        except ValueError:
            log.error("The allowed source %r is no address: correct it.", text)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing else is served on this port."""
    return _answer(404, "not found")


def _answer(status: int, text: str) -> HttpResponse:
    answer = HttpResponse(text + "\n", status=status, content_type="text/plain")
    # With a length, which any client understands; gunicorn would send it chunked.
    answer["Content-Length"] = str(len(answer.content))
    # Django would log an error response with its path, which contains the secret (T16).
    answer._has_been_logged = True  # type: ignore[attr-defined]
    return answer
