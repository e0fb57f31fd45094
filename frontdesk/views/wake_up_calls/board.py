"""Wake-up calls: the board, its paper and its log."""

from dataclasses import replace
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from frontdesk.accounts.access import current_desk, desk_page
from frontdesk.forms.wake_up_log import LogForm
from frontdesk.wake_up_calls.board import (
    AHEAD,
    FILTERS,
    BoardFilter,
    Tile,
    by_time,
    choices_of,
    foreign_alarms,
    later,
    tiles_of,
)
from frontdesk.wake_up_calls.log import OUTCOMES, log_of
from rooms.operations.health import clock_check

_PAGE: Final = 50
_WALL_AHEAD: Final = timedelta(hours=12)


@desk_page(on_board=True)
def board(request: HttpRequest) -> HttpResponse:
    """What is due in the next hours; htmx polls for the tiles only.

    ``?wall=1``: a large version for a wall screen, where finished calls are only counted.
    """
    desk = current_desk(request)
    chosen, wall = _chosen(request), request.GET.get("wall") == "1"
    ahead = _WALL_AHEAD if wall else AHEAD
    tiles = tiles_of(desk.property, ahead=ahead)
    shown = [tile for tile in tiles if chosen.fits(tile) and not (wall and tile.kind == "over")]
    context = {
        "chosen": chosen,
        "query": _query(chosen),
        "slots": by_time(shown),
        "counts": _counts(tiles, chosen),
        "instant": desk.property.local_now(),
        "hours": int(ahead.total_seconds() // 3600),
    }
    if request.headers.get("HX-Request") == "true":
        return render(request, "frontdesk/wake_up_calls/_board.html", context)
    if wall:
        return render(request, "frontdesk/wake_up_calls/wall.html", context)
    floors, groups = choices_of(desk.property, tiles)
    context |= {"kinds": FILTERS, "floors": floors, "groups": groups}
    context |= {"found": foreign_alarms(desk.property), "clock": clock_check(desk.property)}
    context["later"] = [tile for tile in later(desk.property) if chosen.fits(tile)]
    return render(request, "frontdesk/wake_up_calls/board.html", context)


@desk_page()
def paper(request: HttpRequest) -> HttpResponse:
    """The printed list, in case all screens fail."""
    desk, chosen = current_desk(request), _chosen(request)
    instant = desk.property.local_now()
    context = {
        "chosen": chosen,
        "rows": [
            tile
            for tile in tiles_of(desk.property, back=timedelta())
            if chosen.fits(tile) and tile.kind != "over"
        ],
        "found": foreign_alarms(desk.property),
        "instant": instant,
        "until": instant + AHEAD,
    }
    return render(request, "frontdesk/wake_up_calls/print.html", context)


@desk_page()
def log(request: HttpRequest) -> HttpResponse:
    """The log of past wake-up calls."""
    desk, given = current_desk(request), request.GET
    form = LogForm(given)
    wanted = form.wanted()
    query = given.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "wanted": wanted,
        "outcomes": OUTCOMES,
        "page": Paginator(log_of(desk.property, wanted), _PAGE).get_page(given.get("page")),
        "query": f"{query.urlencode()}&" if query else "",
    }
    status = 422 if form.errors else 200
    return render(request, "frontdesk/wake_up_calls/log.html", context, status=status)


def _chosen(request: HttpRequest) -> BoardFilter:
    kind = request.GET.get("state", "")
    return BoardFilter(
        floor=request.GET.get("floor", ""),
        group=request.GET.get("group", ""),
        kind=kind if kind in FILTERS else "",
    )


def _query(chosen: BoardFilter) -> str:
    given = {"floor": chosen.floor, "group": chosen.group, "state": chosen.kind}
    return urlencode({name: value for name, value in given.items() if value})


def _counts(tiles: list[Tile], chosen: BoardFilter) -> list[tuple[str, str, int]]:
    """The number of tiles of each kind on the chosen floor and in the chosen group."""
    these = [tile for tile in tiles if replace(chosen, kind="").fits(tile)]
    return [
        (name, words, sum(1 for tile in these if tile.kind == name))
        for name, words in FILTERS.items()
    ]
