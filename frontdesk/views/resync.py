"""Comparison of the phones with the PBX, and repair of selected differences."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from frontdesk.accounts.access import current_desk, desk_page
from frontdesk.views.acting import attempt
from hotelpbx.instants import parse_row_number
from rooms.models import Resync
from rooms.resync.difference import Difference
from rooms.resync.running import repair_selected, request_resync

_RUNS = 20


@desk_page()
def resync(request: HttpRequest) -> HttpResponse:
    """The latest comparison and earlier ones; ``?run=`` shows one of those."""
    property_ = current_desk(request).property
    runs = Resync.objects.filter(property=property_).order_by("-pk")
    chosen = parse_row_number(request.GET.get("run", ""))
    shown = (runs.filter(pk=chosen).first() if chosen else None) or runs.first()
    found = [Difference(**each) for each in shown.differences] if shown else []
    open_states = (Resync.State.QUEUED, Resync.State.RUNNING)
    context = {
        "shown": shown,
        "differences": found,
        "can_repair": any(each.can_repair and not each.outcome for each in found),
        "waiting": shown is not None and shown.state in open_states,
        "runs": runs[:_RUNS],
    }
    partial = request.headers.get("HX-Request") == "true"
    name = "frontdesk/pbx/_resync.html" if partial else "frontdesk/pbx/resync.html"
    return render(request, name, context)


@require_POST
@desk_page()
def compare(request: HttpRequest) -> HttpResponse:
    """Start a comparison without repairs."""
    desk = current_desk(request)
    request_resync(desk.property, Resync.Reason.ON_DEMAND, repairs=False, by=desk.actor.name)
    messages.success(request, "The phones are being compared with the PBX.")
    return redirect("frontdesk:resync", desk.property.code)


@require_POST
@desk_page()
def repair(request: HttpRequest, pk: int) -> HttpResponse:
    """Repair the selected differences."""
    desk = current_desk(request)
    row = Resync.objects.filter(property=desk.property, pk=pk).first()
    if row is None:
        messages.error(request, "This comparison is no longer available: compare again.")
        return redirect("frontdesk:resync", desk.property.code)
    chosen = set(request.POST.getlist("difference"))
    attempt(request, lambda: repair_selected(row, chosen, desk.actor), "See the results below.")
    return redirect("frontdesk:resync", desk.property.code)
