"""The minibars to refill, for a phone or for printing."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from billing import refill
from frontdesk.accounts.access import Role, current_desk, desk_page
from frontdesk.views.acting import attempt
from rooms.models import Room


@desk_page(Role.HOUSEKEEPING)
def rooms(request: HttpRequest) -> HttpResponse:
    """What each room lacks since its last refill, and the totals."""
    shelves = refill.rooms_to_refill(current_desk(request).property)
    context = {
        "shelves": shelves,
        "take_along": refill.total_missing(shelves),
        "days": refill.OLDEST.days,
    }
    return render(request, "frontdesk/money/refill.html", context)


@require_POST
@desk_page(Role.HOUSEKEEPING)
def refilled(request: HttpRequest, number: str) -> HttpResponse:
    """Mark a room as refilled with what the list showed."""
    desk = current_desk(request)
    room = get_object_or_404(Room, property=desk.property, number=number)
    marks = request.POST.get("marks", "").split()
    act = partial(refill.mark_refilled, room, marks, actor=desk.actor)
    attempt(request, act, f"Room {room.number} is refilled.")
    return redirect("frontdesk:refill", desk.property.code)
