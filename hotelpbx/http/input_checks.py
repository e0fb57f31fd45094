"""Checks of all input for control characters, so that no page needs to check for them.

People do not type control characters, and PostgreSQL cannot store NUL.

- in a path: 404
- in a query string or a header: replaced by a space; a cookie with one is dropped
- in a form: rejected with the name of the field; Unicode line separators become newlines

The API checks its paths and bodies itself and has its own error responses.
"""

import re
from collections.abc import Callable
from typing import Any, Final

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

_API: Final = "/api/"
_FORM: Final = "application/x-www-form-urlencoded"
_LINE_ENDS: Final = re.compile("[\x0b\x0c\x85\u2028\u2029]")
# Also surrogates, which cannot be encoded.
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_CONTROL_OR_LINE_END: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class InputChecksMiddleware:
    """Checks input; must run before the session and everything else that reads a request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        _blank_headers(request)
        if not request.path_info.startswith(_API):
            if _CONTROL_OR_LINE_END.search(request.path_info):
                raise Http404
            request.GET = _each(request.GET, lambda text: _CONTROL_OR_LINE_END.sub(" ", text))
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Check forms, after the sender has been authenticated."""
        if request.method != "POST" or request.path_info.startswith(_API):
            return None
        _check_complete(request)
        request.POST = _each(request.POST, lambda text: _LINE_ENDS.sub("\n", text))
        for name, values in request.POST.lists():
            if found := next(filter(None, map(_CONTROL.search, [name, *values])), None):
                field = _CONTROL.sub("", name).replace("_", " ")[:60]
                context = {"field": field, "sign": f"U+{ord(found[0]):04X}"}
                return render(request, "unreadable.html", context, status=422)
        return None


def _blank_headers(request: HttpRequest) -> None:
    for name, value in request.META.items():
        if name.startswith("HTTP_") and isinstance(value, str):
            request.META[name] = _CONTROL_OR_LINE_END.sub(" ", value)
    # A quoted cookie may contain any character as ``\\000``.
    request.COOKIES = {
        name: value
        for name, value in request.COOKIES.items()
        if not _CONTROL_OR_LINE_END.search(value)
    }


def _check_complete(request: HttpRequest) -> None:
    """Reject a truncated form: ``amount=100`` could arrive as ``amount=10``."""
    declared = request.META.get("CONTENT_LENGTH") or "0"
    if request.content_type == _FORM and len(request.body) < int(declared):
        raise BadRequest("The form did not arrive completely.")


def _each(given: QueryDict, change: Callable[[str], str]) -> Any:
    changed = QueryDict(mutable=True)
    for name, values in given.lists():
        changed.setlist(name, [change(value) for value in values])
    changed._mutable = False
    return changed
