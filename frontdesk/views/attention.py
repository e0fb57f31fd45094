"""The attention list: what needs a person, each with its remedy."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from frontdesk.accounts.access import current_desk, desk_page
from frontdesk.views.acting import attempt
from rooms.models import Stay
from rooms.operations import attention
from rooms.operations.attention import Decision

_DONE = {
    "assign": "Assigned.",
    "count": "Counted.",
    "discard": "Discarded.",
    "retry": "Trying again.",
    "replay": "Processing again.",
    "acknowledge": "Acknowledged.",
}


@desk_page()
def items(request: HttpRequest) -> HttpResponse:
    """The list, urgent items first, then the oldest first; all kinds or one."""
    property_ = current_desk(request).property
    counts = {kind: number for kind, number in attention.counts(property_).items() if number}
    kind = request.GET.get("kind", "")
    chosen = [kind] if kind in counts else list(counts)
    found = attention.items(property_, chosen)
    context = {
        "items": sorted(found, key=lambda item: item.rank),
        "kinds": [(each, attention.kind_label(each), counts[each]) for each in counts],
        "kind": kind if kind in counts else "",
        "total": sum(counts.values()),
        "more": max(0, sum(counts[each] for each in chosen) - len(found)),
    }
    return render(request, "frontdesk/lists/attention.html", context)


@require_POST
@desk_page()
def resolve(request: HttpRequest, item: str) -> HttpResponse:
    """Resolve one item."""
    desk = current_desk(request)
    action = request.POST.get("action", "")
    reference = request.POST.get("stay", "").replace("\x00", "").strip()
    stay = Stay.objects.filter(property=desk.property, reference=reference).first()
    if reference and stay is None:
        messages.error(request, f"There is no stay {reference}.")
        return redirect("frontdesk:attention", desk.property.code)
    decision = Decision(
        action=action,
        actor=desk.actor,
        stay=stay,
        reason=request.POST.get("reason", "").replace("\x00", "").strip()[:255],
    )
    act = partial(attention.resolve, desk.property, item, decision)
    attempt(request, act, _DONE.get(action, "Done."))
    return redirect("frontdesk:attention", desk.property.code)
