"""How long a browser stays signed in.

A session ends after a period of inactivity, and at the latest some time after the sign-in. Requests
that a page makes by itself are not activity. A wall board is a special session: it lasts long and
opens nothing but the board.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.models import User
from django.contrib.sessions.backends.base import SessionBase
from django.db import Error
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from frontdesk.accounts.staff import must_change_password
from frontdesk.models import DeskSession, StaffMember
from hotelpbx.clock import now
from hotelpbx.http.client_address import client_address

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Lifetime:
    """When a session ends: after ``idle`` without activity, and after ``whole`` in any case."""

    idle: timedelta
    whole: timedelta


MANAGER: Final = Lifetime(timedelta(hours=4), timedelta(hours=24))
# A page that sounds alerts must stay signed in through a night shift.
STAFF: Final = Lifetime(timedelta(hours=12), timedelta(days=7))
BOARD: Final = Lifetime(timedelta(days=30), timedelta(days=365))

_NOTED_EVERY: Final = timedelta(minutes=1)


class SessionLimits:
    """Middleware: ends expired sessions and records their use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            if settings.SESSION_COOKIE_NAME in request.COOKIES:
                _check_session(request)
        except Error as fault:
            # The view meets the same error and reports it.
            log.warning("The database is away (%s).", type(fault).__name__)
        return self.get_response(request)


def begin(request: HttpRequest) -> None:
    """Set up the session of somebody who has signed in."""
    session, user = request.session, request.user
    instant = now().isoformat()
    lifetime = _lifetime_of(user) if isinstance(user, User) else STAFF
    session["signed_in_at"] = session["used_at"] = instant
    session["address"] = client_address(request)
    session["browser"] = request.headers.get("User-Agent", "")[:200]
    session["whole"] = lifetime.whole.total_seconds()
    session["must_change"] = isinstance(user, User) and must_change_password(user)
    session.set_expiry(int(lifetime.idle.total_seconds()))
    DeskSession.objects.filter(expire_date__lt=now()).delete()


def make_board(request: HttpRequest, code: str) -> None:
    """Restrict this browser to the wall board of the property ``code``."""
    session = request.session
    session.cycle_key()
    session["board"] = code
    session["whole"] = BOARD.whole.total_seconds()
    session.set_expiry(int(BOARD.idle.total_seconds()))


def board_of(request: HttpRequest) -> str:
    """The property whose wall board this browser is; empty: none."""
    return str(request.session.get("board", ""))


def keep_only_this_session(request: HttpRequest, user: User) -> None:
    """Keep this session after a change of password and end the user's others."""
    update_session_auth_hash(request, user)
    request.session["must_change"] = False
    others(request).delete()


def is_expired(session: SessionBase) -> bool:
    """Whether the session has reached its end or was idle for too long."""
    begun, used = _read(session, "signed_in_at"), _read(session, "used_at")
    if begun is None or used is None:
        return False
    instant = now()
    idle = timedelta(seconds=session.get_expiry_age())
    return instant - used > idle or instant - begun > timedelta(seconds=session["whole"])


def sessions_of(user: User) -> QuerySet[DeskSession]:
    """Where a user is signed in, the last used first."""
    return DeskSession.objects.filter(user=user, expire_date__gt=now()).order_by("-used_at")


def others(request: HttpRequest) -> QuerySet[DeskSession]:
    """The user's sessions except this one."""
    rows = DeskSession.objects.filter(user__username=request.user.get_username())
    return rows.exclude(session_key=request.session.session_key)


def _check_session(request: HttpRequest) -> None:
    if not request.user.is_authenticated:
        return
    if is_expired(request.session):
        logout(request)
    else:
        _note_use(request)


def _note_use(request: HttpRequest) -> None:
    session = request.session
    used = _read(session, "used_at")
    if used is None:
        begin(request)  # signed in under an older version
    elif now() - used > _NOTED_EVERY and (_is_user_action(request) or board_of(request)):
        session["used_at"] = now().isoformat()
        session["address"] = client_address(request)


def _is_user_action(request: HttpRequest) -> bool:
    """Whether a person made the request, not htmx, a script or an image."""
    if request.method != "GET":
        return True
    return "text/html" in request.headers.get("Accept", "") and "HX-Request" not in request.headers


def _lifetime_of(user: User) -> Lifetime:
    manages = user.desks.filter(role=StaffMember.Role.MANAGER, pending=False).exists()
    return MANAGER if manages or user.is_superuser else STAFF


def _read(session: SessionBase, name: str) -> datetime | None:
    text = session.get(name)
    return datetime.fromisoformat(text) if text else None
