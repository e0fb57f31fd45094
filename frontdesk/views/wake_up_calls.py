"""Wake-up calls: the board, adding and cancelling."""

from datetime import timedelta
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from frontdesk.access import desk_page, the_desk
from frontdesk.forms.stays import WakeUpForm
from frontdesk.views.acting import attempt
from frontdesk.views.stays import stay_page
from hotelpbx.clock import now
from rooms.health import clock_of
from rooms.models import Stay
from wakeups import calls
from wakeups.house_rules import settings_of
from wakeups.models import Occasion, WakeUpCall


@desk_page()
def board(request: HttpRequest) -> HttpResponse:
    """What is due, by time, and what came of the last day's calls."""
    desk = the_desk(request)
    instant = now()
    upcoming = (
        WakeUpCall.objects.filter(
            property=desk.property,
            status__in=WakeUpCall.OPEN,
            due_at__lte=instant + timedelta(days=7),
        )
        .select_related("stay__room")
        .prefetch_related("stay__guests", "occasions")
        .order_by("due_at")
    )
    past = (
        Occasion.objects.filter(
            call__property=desk.property, due_at__gte=instant - timedelta(days=1)
        )
        .exclude(state__in=(*Occasion.OPEN, Occasion.State.WITHDRAWN))
        .select_related("call__stay__room")
        .prefetch_related("call__stay__guests", "attempts")
        .order_by("-due_at")
    )
    states = calls.phone_states(upcoming)
    context = {
        "upcoming": [(call, states.get(call.pk)) for call in upcoming],
        "past": past,
        "clock": clock_of(desk.property),
    }
    return render(request, "frontdesk/wake_up_calls.html", context)


@require_POST
@desk_page()
def add(request: HttpRequest, reference: str) -> HttpResponse:
    """Promise a wake-up call."""
    desk = the_desk(request)
    stay = get_object_or_404(Stay, property=desk.property, reference=reference)
    form = WakeUpForm(request.POST, hotel=desk.property, usual=settings_of(desk.property))
    if form.is_valid():
        act = partial(calls.create, stay, form.wish(), actor=desk.actor)
        done = f"Wake-up call at {form.cleaned_data['time']:%H:%M} is noted."
        if attempt(request, act, done, form):
            return redirect("frontdesk:stay", desk.property.code, reference)
    return stay_page(request, reference, wake_up_form=form)


@require_POST
@desk_page()
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a wake-up call back."""
    desk = the_desk(request)
    call = get_object_or_404(
        WakeUpCall.objects.select_related("stay"), property=desk.property, pk=pk
    )
    act = partial(calls.cancel, call, actor=desk.actor)
    attempt(request, act, "The wake-up call is cancelled.")
    return redirect("frontdesk:stay", desk.property.code, call.stay.reference)
