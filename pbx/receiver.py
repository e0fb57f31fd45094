"""The receiver: where the PBX posts its reports (contract §5).

Store, commit, answer 200; everything else happens later. The PBX repeats a report until it gets
200 (L348), so only what is not ours to keep is answered otherwise.
"""

import logging
from collections.abc import Iterable, Iterator
from typing import Final

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from hotelpbx.client_address import Network, client_address, is_within, networks_of
from pbx.inbox import store
from pbx.models import Pbx

log = logging.getLogger(__name__)

MAX_BODY: Final = 1024 * 1024


@csrf_exempt
def report(request: HttpRequest, secret: str) -> HttpResponse:
    """Take one report in."""
    try:
        pbx = Pbx.objects.filter(report_secret=secret).first()
        if pbx is None:
            return _answer(404, "not found")
        source = client_address(request)
        if not source_allowed(pbx, source):
            log.warning("A report from %s was refused: not among the allowed sources.", source)
            return _answer(403, "source not allowed")
        if request.method != "POST":
            answer = _answer(405, "POST only")
            answer["Allow"] = "POST"
            return answer
        body = _read(request)
        if body is None:
            return _answer(413, "too large")
        store(pbx, body, source)
    except DatabaseError as fault:
        log.error("The database is away (%s): the PBX is asked to repeat.", type(fault).__name__)
        return _answer(503, "try again")
    except (UnreadablePostError, OSError):
        return _answer(400, "the body broke off")
    return _answer(200, "ok")


def source_allowed(pbx: Pbx, source: str | None) -> bool:
    """Whether reports may come from the address ``source``. No list: from anywhere."""
    if not pbx.allowed_sources:
        return True
    return is_within(source, _networks(pbx.allowed_sources))


def _networks(allowed: Iterable[str]) -> Iterator[Network]:
    for text in allowed:
        try:
            yield from networks_of([text])
        except ValueError:
            log.error("The allowed source %r is no address: correct it.", text)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Nothing else is served on this port."""
    return _answer(404, "not found")


def _read(request: HttpRequest) -> bytes | None:
    """The body, or None when it is larger than a report may be."""
    declared = request.META.get("CONTENT_LENGTH") or ""
    if declared.isdigit() and int(declared) > MAX_BODY:
        return None
    body = request.read(MAX_BODY + 1)
    return body if len(body) <= MAX_BODY else None


def _answer(status: int, text: str) -> HttpResponse:
    answer = HttpResponse(text + "\n", status=status, content_type="text/plain")
    # Django would log a refusal with its path, and the secret is in there (T16).
    answer._has_been_logged = True  # type: ignore[attr-defined]
    return answer
