"""The room rack: all rooms at a glance."""

from collections.abc import Callable
from typing import Final

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from frontdesk.accounts.access import Role, current_desk, desk_page
from frontdesk.room_tiles import Tile, floors_of, tiles_of
from frontdesk.status_strip import UNREADABLE
from rooms.operations.status import OUT_OF_REACH

_FILTERS: Final[dict[str, tuple[str, Callable[[Tile], bool]]]] = {
    "all": ("All rooms", lambda tile: True),
    "occupied": ("Occupied", lambda tile: bool(tile.stays)),
    "vacant": ("Vacant", lambda tile: not tile.stays),
    "ready": ("Vacant and ready", lambda tile: not tile.stays and tile.room.ready),
    "dirty": ("To clean", lambda tile: not tile.room.ready),
    "departing": ("Departing today", lambda tile: tile.leaves_today),
    "phones": (
        "Phone unregistered",
        lambda tile: any(phone.status in OUT_OF_REACH for phone in tile.phones),
    ),
    "barred": ("Credit limit", lambda tile: any(stay.phone_barred for stay in tile.stays)),
}


@desk_page()
def rack(request: HttpRequest) -> HttpResponse:
    """All rooms by floor; htmx polls for the rooms only."""
    desk = current_desk(request)
    chosen = request.GET.get("show", "all")
    chosen = chosen if chosen in _FILTERS else "all"
    tiles = tiles_of(desk.property, today=desk.property.local_now().date())
    fits = _FILTERS[chosen][1]
    context = {
        "floors": floors_of(tile for tile in tiles if fits(tile)),
        "filters": [
            (name, words, sum(1 for tile in tiles if test(tile)))
            for name, (words, test) in _FILTERS.items()
        ],
        "chosen": chosen,
        "summary": _summary(tiles),
    }
    partial = request.headers.get("HX-Request") == "true"
    return render(
        request, "frontdesk/rooms/_rack.html" if partial else "frontdesk/rooms/rack.html", context
    )


def strip(request: HttpRequest, code: str) -> HttpResponse:
    """The status strip alone, polled by every page.

    An error response would leave the previous strip on the page, as if it were current.
    """
    try:
        return _strip(request, code)
    except Error:
        return HttpResponse(
            render_to_string("frontdesk/parts/_status_strip.html", {"strip": UNREADABLE})
        )


@desk_page(Role.HOUSEKEEPING, on_board=True)
def _strip(request: HttpRequest) -> HttpResponse:
    return render(request, "frontdesk/parts/_status_strip.html")


def _summary(tiles: list[Tile]) -> str:
    occupied = sum(1 for tile in tiles if tile.stays)
    return f"{occupied} of {len(tiles)} rooms occupied"
