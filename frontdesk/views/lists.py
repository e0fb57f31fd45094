"""Lists: arrivals, guests in house, search, calls, history."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from billing.ledger.balances import balances
from billing.models import Call
from frontdesk.accounts.access import Role, current_desk, desk_page
from pbx import outbox
from rooms.models import AuditEntry, Guest, Stay
from rooms.phones.provisioning import command_subject
from rooms.stays.names import name_filter, normalize

_PAGE = 50


@desk_page()
def arrivals(request: HttpRequest) -> HttpResponse:
    """Expected guests: due today or overdue first, then later days."""
    desk = current_desk(request)
    today = desk.property.local_now().date()
    expected = _stays(desk.property.stays.filter(status=Stay.Status.RESERVED))
    context = {
        "today": today,
        "due": expected.filter(arrival__lte=today).order_by("arrival", "pk"),
        "later": expected.filter(arrival__gt=today).order_by("arrival", "pk")[:_PAGE],
    }
    return render(request, "frontdesk/stays/arrivals.html", context)


@desk_page()
def in_house(request: HttpRequest) -> HttpResponse:
    """Guests in house with their balances, earliest departure first."""
    desk = current_desk(request)
    here = list(
        _stays(desk.property.stays.filter(status=Stay.Status.IN_HOUSE)).order_by(
            "departure", "room__order", "room__number"
        )
    )
    owed, states = balances(here), outbox.states_by_subject(map(command_subject, here))
    rows = [(stay, owed[stay.pk], states[command_subject(stay)]) for stay in here]
    today = desk.property.local_now().date()
    return render(request, "frontdesk/stays/in_house.html", {"rows": rows, "today": today})


@desk_page()
def search(request: HttpRequest) -> HttpResponse:
    """Stays by name, reference, room or group, including past ones."""
    desk = current_desk(request)
    words = normalize(request.GET.get("q", ""))
    found = desk.property.stays.all()
    for word in words.split()[:5]:
        found = found.filter(
            Q(reference__icontains=word)
            | Q(room__number__iexact=word)
            | Q(group__code__iexact=word)
            | Q(guests__in=Guest.objects.filter(name_filter(word)))
        )
    page = _page(request, _stays(found.distinct()).order_by("-arrival", "-pk"))
    return render(request, "frontdesk/stays/search.html", {"page": page, "words": words})


@desk_page()
def calls(request: HttpRequest) -> HttpResponse:
    """Call records, newest first."""
    desk = current_desk(request)
    rows = Call.objects.filter(property=desk.property).select_related("stay", "room")
    rating = request.GET.get("rating", "")
    if rating in Call.Rating.values:
        rows = rows.filter(rating=rating)
    page = _page(request, rows.order_by("-started_at", "-pk"))
    context = {"page": page, "rating": rating, "ratings": Call.Rating.choices}
    return render(request, "frontdesk/lists/calls.html", context)


@desk_page(Role.MANAGER)
def history(request: HttpRequest) -> HttpResponse:
    """The audit trail."""
    desk = current_desk(request)
    page = _page(request, AuditEntry.objects.filter(property=desk.property).order_by("-pk"))
    return render(request, "frontdesk/lists/history.html", {"page": page})


def _stays(stays: QuerySet[Stay]) -> QuerySet[Stay]:
    return stays.select_related("room", "class_of_service", "group", "property").prefetch_related(
        "guests"
    )


def _page(request: HttpRequest, rows: QuerySet[Any]) -> Any:
    return Paginator(rows, _PAGE).get_page(request.GET.get("page"))
