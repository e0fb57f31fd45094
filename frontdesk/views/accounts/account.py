"""The account page: password, sessions, invitations, wall board."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from frontdesk.accounts import sessions, staff
from frontdesk.accounts.access import Role, board_page, desk_of, properties_of
from frontdesk.forms.sign_in import OwnPasswordForm, rate_limited
from frontdesk.guard.posts import once
from frontdesk.views.acting import attempt, submit
from hotelpbx.http.client_address import client_address
from hotelpbx.refusals import Refusal
from rooms.audit import Actor

View = Callable[..., HttpResponse]


def _own_page(view: View, *, before_all: bool = False) -> View:
    """A page for any signed-in user, except on a wall board, which many people use.

    :param before_all: open also to a user who must first choose a password
    """
    safe = once(view)

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if board := sessions.board_of(request):
            return redirect(board_page(board))
        if request.session.get("must_change") and not before_all:
            return redirect("frontdesk:own_password")
        return safe(request, *args, **kwargs)

    guarded.is_guarded = True  # type: ignore[attr-defined]
    return guarded


@_own_page
def account(request: HttpRequest) -> HttpResponse:
    """Where the user works and is signed in."""
    user = _user(request)
    boards = [each for each in properties_of(user) if _may_show_board(request, each.code)]
    context = {
        "sessions": sessions.sessions_of(user),
        "this": request.session.session_key,
        "desks": user.desks.filter(pending=False).select_related("property"),
        "invitations": user.desks.filter(pending=True).select_related("property"),
        "boards": boards,
    }
    return render(request, "frontdesk/accounts/account.html", context)


def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password, given the current one.

    The current password is checked first, outside the transaction that a refusal rolls back, so
    that wrong attempts are counted: a signed-in browser does not allow unlimited guessing.
    """
    given = request.POST.get("current", "")
    wrong = _wrong(request, given) if given and isinstance(request.user, User) else ""
    return _password(request, wrong)


password.is_guarded = True  # type: ignore[attr-defined]


@partial(_own_page, before_all=True)
def _password(request: HttpRequest, wrong: str) -> HttpResponse:
    form = OwnPasswordForm(request.POST if request.method == "POST" else None, wrong=wrong)
    if response := _change(request, form):
        return response
    context = {"form": form, "given": request.session.get("must_change")}
    status = 422 if form.errors else 200
    return render(request, "frontdesk/accounts/own_password.html", context, status=status)


@require_POST
@_own_page
def end_sessions(request: HttpRequest) -> HttpResponse:
    """End one session, or all but this one. Session keys are never shown."""
    number = request.POST.get("session", "")
    rows = sessions.others(request)
    if number != "all":
        rows = rows.filter(pk__in=[row.pk for row in rows if row.public_id == number])
    ended = rows.count()
    rows.delete()
    if ended:
        user = _user(request)
        staff.note_in_all_hotels(user, _actor(request), "end sessions")
        messages.success(request, f"{ended} session{'s' if ended > 1 else ''} signed out.")
    return redirect("frontdesk:account")


@require_POST
@_own_page
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept or decline an invitation."""
    member = get_object_or_404(_user(request).desks.filter(pending=True), pk=pk)
    accepted = request.POST.get("answer") == "accept"
    act = partial(staff.answer_invitation, member, accepted=accepted, actor=_actor(request))
    told = f"You now work at {member.property}." if accepted else "The invitation is declined."
    attempt(request, act, told)
    return redirect("frontdesk:home")


@require_POST
@_own_page
def board(request: HttpRequest) -> HttpResponse:
    """Turn this browser into a wall board."""
    code = request.POST.get("property", "")
    if not _may_show_board(request, code):
        raise Http404
    sessions.make_board(request, code)
    staff.note_in_all_hotels(_user(request), _actor(request), "make wall board")
    return redirect(board_page(code))


def _wrong(request: HttpRequest, current: str) -> str:
    """Why the current password is refused; empty: it is right."""
    user = _user(request)
    try:
        look = partial(staff.verify_current_password, user, current)
        rate_limited(user.username, client_address(request), look)
    except ValidationError as slowed:
        return str(slowed.message)
    except Refusal as refusal:
        return refusal.detail
    return ""


def _change(request: HttpRequest, form: OwnPasswordForm) -> HttpResponse | None:
    user = _user(request)

    def change() -> None:
        current, chosen = form.cleaned_data["current"], form.cleaned_data["password"]
        staff.change_own_password(user, current, chosen, actor=_actor(request))

    response = submit(request, form, change, "Your password is changed.", ("frontdesk:home",))
    if response is not None:
        sessions.keep_only_this_session(request, user)
    return response


def _may_show_board(request: HttpRequest, code: str) -> bool:
    desk = desk_of(request, code)
    return desk is not None and desk.may(Role.CLERK)


def _user(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User):
        raise Http404
    return user


def _actor(request: HttpRequest) -> Actor:
    return Actor("user", request.user.get_username(), client_address(request))
