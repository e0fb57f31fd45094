"""The housekeeping list, designed for a phone."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from frontdesk.accounts.access import Role, current_desk, desk_page
from frontdesk.room_tiles import floors_of, tiles_of
from frontdesk.views.acting import attempt
from rooms.housekeeping import update_room
from rooms.models import Room
from rooms.models.property import HousekeepingStatus


@desk_page(Role.HOUSEKEEPING)
def rooms(request: HttpRequest) -> HttpResponse:
    """All rooms by floor, rooms to clean first."""
    desk = current_desk(request)
    tiles = tiles_of(desk.property, today=desk.property.local_now().date())
    tiles.sort(key=lambda tile: tile.room.ready)
    context = {
        "floors": floors_of(tiles),
        "to_clean": sum(1 for tile in tiles if not tile.room.ready),
        "statuses": HousekeepingStatus.choices,
    }
    return render(request, "frontdesk/rooms/housekeeping.html", context)


@require_POST
@desk_page(Role.HOUSEKEEPING)
def change(request: HttpRequest, number: str) -> HttpResponse:
    """Set the cleaning status of one room."""
    desk = current_desk(request)
    room = get_object_or_404(Room, property=desk.property, number=number)
    status = request.POST.get("housekeeping_status", "")
    words = dict(HousekeepingStatus.choices).get(status, "")
    act = partial(update_room, room, actor=desk.actor, housekeeping_status=status)
    attempt(request, act, f"Room {room.number} is {words.lower()}.")
    return redirect("frontdesk:housekeeping", desk.property.code)
