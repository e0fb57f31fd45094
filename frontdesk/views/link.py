"""The link to the PBX, and what it is being told."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from frontdesk.access import desk_page, the_desk
from pbx.models import Command, PbxLink, Report


@desk_page()
def link(request: HttpRequest) -> HttpResponse:
    """State, clock, firmware, last report; the latest commands and reports."""
    pbx = the_desk(request).property.pbx
    commands = Command.objects.filter(pbx=pbx)
    context = {
        "pbx": pbx,
        "link": PbxLink.objects.filter(pbx=pbx).first(),
        "waiting": commands.filter(
            state__in=[Command.State.WAITING, Command.State.IN_FLIGHT]
        ).count(),
        "failed": commands.filter(state=Command.State.FAILED).count(),
        "commands": commands.order_by("-pk")[:50],
        "reports": Report.objects.filter(pbx=pbx).order_by("-pk")[:30],
    }
    return render(request, "frontdesk/link.html", context)
