"""Reports sent to the web port because of a wrong ``REPORT_BASE_URL``."""

import logging
import re
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt

from hotelpbx.http.client_address import client_address

log = logging.getLogger(__name__)

_REPORT: Final = re.compile(r"/reports/[A-Za-z0-9_-]{16,64}/?")


@csrf_exempt
def misdirected_report(request: HttpRequest, **_: str) -> HttpResponse:
    """404: the PBX repeats the report (L348) until the address has been corrected."""
    log.warning(
        "A report of a PBX came to the web port, from %s: set REPORT_BASE_URL to the "
        "receiver's port.",
        client_address(request),
    )
    answer = HttpResponse(
        "Reports are taken on the receiver's port.\n", status=404, content_type="text/plain"
    )
    answer["Content-Length"] = str(len(answer.content))
    # Django would log the error response with its path, which is a secret.
    answer._has_been_logged = True  # type: ignore[attr-defined]
    return answer


class MisdirectedReportsMiddleware:
    """Answers such reports before the host check: the PBX sends an invalid host (L421)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _REPORT.fullmatch(request.path_info) and _is_misdirected(request.path_info):
            return misdirected_report(request)
        return self.get_response(request)


def _is_misdirected(path: str) -> bool:
    try:
        return bool(resolve(path).func == misdirected_report)
    except Resolver404:
        return False
