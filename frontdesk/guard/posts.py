"""Wraps every view that accepts a form: idempotency key, transaction, stale-page check."""

import hashlib
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, Final, TypeVar, cast

from django.contrib import messages
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from frontdesk.guard import row_state
from frontdesk.guard.seal import FIELD, InvalidSeal, Seal, open_seal
from hotelpbx.refusals import Refusal
from rooms.operations import idempotency
from rooms.operations.idempotency import Answer, Request

# The first of two equal submissions takes much less; nobody should wait longer.
_PATIENCE: Final = 10.0
_MESSAGES: Final = {
    "idempotency_key_reused": "This form was already sent with different content, and only "
    "that was done. To do this as well, reload the page and enter it again."
}
_KEPT_HEADERS: Final = ("Location", "Content-Type", "Cache-Control")

R = TypeVar("R", bound=HttpResponseBase)


class Messages(FallbackStorage):
    """Records the messages of a request, so that they can be replayed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.told: list[tuple[int, str]] = []

    def add(self, level: int, message: str, extra_tags: str | None = "") -> None:
        self.told.append((level, str(message)))
        super().add(level, message, extra_tags)


def once(view: Callable[..., R]) -> Callable[..., R]:
    """A view whose POSTs carry a seal, are processed once, and run in one transaction.

    A response of 400 or above has changed nothing.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> R:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        try:
            seal = open_seal(request.POST.get(FIELD, ""))
        except InvalidSeal as fault:
            return cast(R, _not_done_page(request, str(fault)))
        with transaction.atomic():
            return cast(R, _once(request, seal, lambda: view(request, *args, **kwargs)))

    guarded.is_guarded = True  # type: ignore[attr-defined]
    return guarded


def must_be_current(request: HttpRequest) -> None:
    """Refuse an action that was decided on a page that is out of date."""
    stale = getattr(request, "stale", ())
    if stale:
        request.stale = ()  # type: ignore[attr-defined]
        raise Refusal("precondition_failed", _stale_message(stale), "precondition")


def _once(
    request: HttpRequest, seal: Seal, act: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    sent = _request_of(request, seal)
    try:
        earlier = idempotency.find_answer(sent, patience=_PATIENCE)
    except Refusal as refusal:
        return _not_done_page(request, _MESSAGES.get(refusal.code, refusal.detail))
    if earlier is not None:
        return _replay(request, earlier)
    request.stale = tuple(row_state.changes_since(seal))  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            answer = act()
    except Refusal as refusal:
        return _not_done_page(request, refusal.detail)
    if stale := getattr(request, "stale", ()):
        # The view did not check for a stale page, so its changes must not stay.
        transaction.set_rollback(True)
        return _not_done_page(request, _stale_message(stale))
    if answer.status_code >= 400:
        transaction.set_rollback(True)
    elif isinstance(answer, HttpResponse):
        idempotency.store_answer(sent, _answer_to_keep(request, answer))
    return answer


def _stale_message(stale: Iterable[str]) -> str:
    return (
        f"Meanwhile {', '.join(stale)}. "
        "Nothing was done: check again, and repeat it if it is still right."
    )


def _request_of(request: HttpRequest, seal: Seal) -> Request:
    desk = getattr(request, "desk", None)
    return Request(
        caller=f"user:{request.user.pk}",
        key=seal.key,
        digest=_digest(request),
        property=desk.property if desk else None,
    )


def _digest(request: HttpRequest) -> str:
    """Digest of what was typed and its URL, without what differs between two tabs."""
    found = hashlib.sha256(f"{request.method} {request.get_full_path()}".encode())
    for name, values in sorted(request.POST.lists()):
        if name not in (FIELD, "csrfmiddlewaretoken"):
            found.update(repr((name, values)).encode())
    for name, uploads in sorted(request.FILES.lists()):
        for upload in uploads:
            found.update(repr((name, upload.name)).encode())
            for chunk in upload.chunks():
                found.update(chunk)
            upload.seek(0)
    return found.hexdigest()


def _answer_to_keep(request: HttpRequest, answer: HttpResponse) -> Answer:
    # A page shows its messages itself; those of a redirect appear on the next page.
    moves = 300 <= answer.status_code < 400
    told = getattr(get_messages(request), "told", []) if moves else []
    headers = {name: answer[name] for name in _KEPT_HEADERS if name in answer}
    return Answer(answer.status_code, headers, answer.content.decode(), told)


def _replay(request: HttpRequest, earlier: Answer) -> HttpResponse:
    """The response to the first submission, including its messages."""
    messages.info(request, "This form was sent twice and processed once.")
    for level, text in earlier.told:
        messages.add_message(request, level, text)
    if earlier.status == 302:
        answer: HttpResponse = HttpResponseRedirect(earlier.headers["Location"])
    else:
        answer = HttpResponse(earlier.body, status=earlier.status, headers=earlier.headers)
    answer["Idempotent-Replayed"] = "true"
    return answer


def _not_done_page(request: HttpRequest, words: str) -> HttpResponse:
    """A page that says why nothing was done, with a link back."""
    back = request.headers.get("Referer", "")
    here = url_has_allowed_host_and_scheme(
        back, {request.get_host()}, require_https=request.is_secure()
    )
    context = {"words": words, "back": back if here else "/"}
    return render(request, "frontdesk/parts/not_done.html", context, status=409)
