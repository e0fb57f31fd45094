"""The page of the PBX link: state, traffic, latest commands and reports."""

from datetime import datetime
from functools import partial
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timesince import timesince
from django.views.decorators.http import require_POST

from frontdesk.accounts.access import Role, current_desk, desk_page
from frontdesk.charts.traffic import last_hour
from frontdesk.views.acting import attempt
from hotelpbx.task_queue.cached_status import cached_broker_status
from pbx.models import Command, Pbx, PbxLink, Report
from rooms.operations.health import health_of
from rooms.operations.link_check import check_link

_COMMANDS_SHOWN: Final = 50
_REPORTS_SHOWN: Final = 30

_WAITING: Final = (Command.State.WAITING, Command.State.IN_FLIGHT)
_COMMANDS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "all": ("All", {}),
    "waiting": ("Waiting", {"state__in": _WAITING}),
    "failed": ("Failed", {"state": Command.State.FAILED}),
}
_REPORTS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "all": ("All", {}),
    "waiting": ("Waiting", {"state": Report.State.RECEIVED}),
    "parked": ("Parked", {"state": Report.State.PARKED}),
}


@desk_page()
def link(request: HttpRequest) -> HttpResponse:
    """State, clock, device, traffic, latest commands and reports, in hotel local time."""
    property_ = current_desk(request).property
    if property_.pbx is None:
        return render(request, "frontdesk/pbx/link.html", {"pbx": None})
    health = health_of(property_, cached_broker_status)
    shown = _choice(request, "commands", _COMMANDS)
    reported = _choice(request, "reports", _REPORTS)
    extension = request.GET.get("extension", "").replace("\x00", "").strip()[:16]
    context = {
        "pbx": property_.pbx,
        "link": health.status.link,
        "status": health.status,
        "state": health.check("pbx_link"),
        "clock": health.check("pbx_clock"),
        "backlogs": [health.check("commands_backlog"), health.check("reports_backlog")],
        "offset": _offset(health.status.link),
        "zone_differs": _zone_differs(property_.pbx, health.status.link, health.status.at),
        "token_age": _token_age(health.status.link, health.status.at),
        "chart": last_hour(property_.pbx, health.status.at),
        "commands": _commands(property_.pbx, shown, extension)[:_COMMANDS_SHOWN],
        "reports": _reports(property_.pbx, reported)[:_REPORTS_SHOWN],
        "command_filters": [(name, words) for name, (words, _) in _COMMANDS.items()],
        "report_filters": [(name, words) for name, (words, _) in _REPORTS.items()],
        "shown": shown,
        "reported": reported,
        "extension": extension,
    }
    return render(request, "frontdesk/pbx/link.html", context)


@require_POST
@desk_page(Role.MANAGER)
def try_now(request: HttpRequest) -> HttpResponse:
    """Test the link at once."""
    desk = current_desk(request)
    act = partial(check_link, desk.property, actor=desk.actor)
    attempt(request, act, "The link is being tested. Check again in a few seconds.")
    return redirect("frontdesk:link", desk.property.code)


def _choice(request: HttpRequest, name: str, choices: dict[str, Any]) -> str:
    chosen = request.GET.get(name, "all")
    return chosen if chosen in choices else "all"


def _commands(pbx: Pbx, shown: str, extension: str) -> QuerySet[Command]:
    rows = Command.objects.filter(pbx=pbx, **_COMMANDS[shown][1])
    if extension:
        rows = rows.filter(extension=extension)
    return rows.order_by("-pk")


def _reports(pbx: Pbx, reported: str) -> QuerySet[Report]:
    return Report.objects.defer("body").filter(pbx=pbx, **_REPORTS[reported][1]).order_by("-pk")


def _offset(link: PbxLink | None) -> str:
    """The UTC offset that the PBX reports: ``UTC+08:00``."""
    if link is None or link.utc_offset_seconds is None:
        return ""
    sign = "-" if link.utc_offset_seconds < 0 else "+"
    hours, minutes = divmod(abs(link.utc_offset_seconds) // 60, 60)
    return f"UTC{sign}{hours:02}:{minutes:02}"


def _zone_differs(pbx: Pbx, link: PbxLink | None, instant: datetime) -> bool:
    """Whether the PBX's offset differs from that of its configured zone."""
    if link is None or link.utc_offset_seconds is None:
        return False
    expected = instant.astimezone(pbx.zone).utcoffset()
    return expected is not None and expected.total_seconds() != link.utc_offset_seconds


def _token_age(link: PbxLink | None, instant: datetime) -> str:
    """The age of a valid token; never the token itself."""
    if link is None or link.logged_in_at is None or link.state != PbxLink.State.UP:
        return ""
    return timesince(link.logged_in_at, instant)
