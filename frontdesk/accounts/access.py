"""Permissions: who may open which page."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final, TypeVar, cast

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from frontdesk.accounts.sessions import board_of
from frontdesk.accounts.staff import hotels_of
from frontdesk.guard.posts import once
from frontdesk.models import StaffMember
from hotelpbx.http.client_address import client_address
from rooms.audit import Actor
from rooms.models import Property

Role = StaffMember.Role

# Each role includes those before it.
_RANK: Final = {Role.HOUSEKEEPING: 0, Role.CLERK: 1, Role.MANAGER: 2}


@dataclass(frozen=True)
class Desk:
    """The property of a page, and who uses it."""

    property: Property
    role: str
    actor: Actor

    def may(self, role: str) -> bool:
        """Whether this role includes ``role``."""
        return _RANK[Role(self.role)] >= _RANK[Role(role)]


R = TypeVar("R", bound=HttpResponseBase)


def desk_page(
    role: str = Role.CLERK, *, on_board: bool = False
) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """A page of one property, for staff with at least ``role``; 404 for others.

    The view gets the :class:`Desk` as ``request.desk``. Its POSTs are guarded
    (:func:`frontdesk.guard.posts.once`).

    :param on_board: whether a wall board may open it, too
    """

    def decorate(view: Callable[..., R]) -> Callable[..., R]:
        safe = once(view)

        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, code: str, *args: Any, **kwargs: Any) -> R:
            desk = desk_of(request, code)
            if desk is None or not desk.may(role):
                raise Http404
            if elsewhere := _elsewhere(request, on_board=on_board):
                return cast(R, redirect(elsewhere))
            request.desk = desk  # type: ignore[attr-defined]
            # Times on the page are hotel local time.
            with timezone.override(desk.property.zone):
                return safe(request, *args, **kwargs)

        guarded.is_guarded = True  # type: ignore[attr-defined]
        return guarded

    return decorate


def _elsewhere(request: HttpRequest, *, on_board: bool) -> str:
    """Where to send a browser that may not open this page; empty: it may."""
    if request.session.get("must_change"):
        return reverse("frontdesk:own_password")
    board = board_of(request)
    shown = on_board and request.method == "GET"
    if board and not (shown and ("wall" in request.GET or "HX-Request" in request.headers)):
        return board_page(board)
    return ""


def board_page(code: str) -> str:
    """The address of the wall board."""
    return f"{reverse('frontdesk:wake_ups', args=[code])}?wall=1"


def current_desk(request: HttpRequest) -> Desk:
    """The desk of a request, set by :func:`desk_page`."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    return desk


def desk_of(request: HttpRequest, code: str) -> Desk | None:
    """The user's desk in the property ``code``; a superuser is a manager everywhere."""
    user = request.user
    if not isinstance(user, User):
        return None
    found = Property.objects.select_related("pbx").filter(code=code).first()
    if found is None:
        return None
    role: str | None = Role.MANAGER
    if not user.is_superuser:
        role = (
            user.desks.filter(property=found, pending=False).values_list("role", flat=True).first()
        )
    if role is None:
        return None
    actor = Actor("user", user.get_username(), client_address(request))
    return Desk(found, role, actor)


def properties_of(user: User) -> list[Property]:
    """The properties in which a user works; all of them for a superuser."""
    return list(Property.objects.order_by("name")) if user.is_superuser else hotels_of(user)
