"""A wake-up call of one stay: added, changed, cancelled."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from frontdesk.accounts.access import desk_page, the_desk
from frontdesk.forms.wake_up_calls import WakeUpForm
from frontdesk.guard.posts import must_be_current
from frontdesk.views.acting import attempt, show_refusal
from frontdesk.views.stays import stay_page
from frontdesk.wake_up_calls.words import in_full
from hotelpbx.refusals import Refusal
from rooms.locking import lock_with_room
from rooms.models import Stay
from wakeups.booking import calls
from wakeups.booking.stay_dates import OutsideStay, in_words, must_be_inside
from wakeups.models import WakeUpCall
from wakeups.settings import settings_of


@require_POST
@desk_page()
def add(request: HttpRequest, reference: str) -> HttpResponse:
    """Promise a wake-up call."""
    desk = the_desk(request)
    stay = get_object_or_404(Stay, property=desk.property, reference=reference)
    form = WakeUpForm(request.POST, property_=desk.property, usual=settings_of(desk.property))
    if form.is_valid():
        act = partial(calls.create, stay, form.wake_up_request(), actor=desk.actor)
        if call := _make(request, form, act):
            messages.success(request, f"Set: {in_full(call)}.")
            return redirect("frontdesk:stay", desk.property.code, reference)
    return stay_page(request, reference, wake_up_form=form)


@require_GET
@desk_page()
def when(request: HttpRequest, reference: str) -> HttpResponse:
    """What the form, as it is filled in, comes to: the day in full. Asked for by htmx."""
    desk = the_desk(request)
    stay = get_object_or_404(Stay, property=desk.property, reference=reference)
    form = WakeUpForm(request.GET, property_=desk.property, usual=settings_of(desk.property))
    context = {}
    if form.is_valid():
        try:
            due = calls.due_time(stay, form.wake_up_request())
            context["due"] = in_words(due, desk.property)
            must_be_inside(stay, due)
        except Refusal as refusal:
            context["fault"] = refusal.detail
    return render(request, "frontdesk/wake_up_calls/_when.html", context)


@desk_page()
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another time, other days: what stands on the PBX follows."""
    desk = the_desk(request)
    call = _find(request, pk)
    if request.method == "POST":
        lock_with_room(call.stay)
        call = _find(request, pk)
    form = WakeUpForm(
        request.POST or None,
        property_=desk.property,
        usual=settings_of(desk.property),
        call=call,
    )
    if request.method == "POST" and form.is_valid():
        act = partial(calls.change, call, form.wake_up_request(), actor=desk.actor)
        if changed := _make(request, form, act):
            messages.success(request, f"Changed: {in_full(changed)}.")
            return redirect("frontdesk:stay", desk.property.code, call.stay.reference)
    title = f"Wake-up call of {call.stay.main_guest or call.stay.reference}"
    context = {"form": form, "title": title, "stay": call.stay}
    status = 422 if form.errors else 200
    return render(request, "frontdesk/wake_up_calls/form.html", context, status=status)


@require_POST
@desk_page()
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a wake-up call back."""
    desk = the_desk(request)
    call = _find(request, pk)
    act = partial(calls.cancel, call, actor=desk.actor)
    attempt(request, act, f"Cancelled: {in_full(call)}.")
    return redirect("frontdesk:stay", desk.property.code, call.stay.reference)


def _make(
    request: HttpRequest, form: WakeUpForm, act: Callable[..., WakeUpCall]
) -> WakeUpCall | None:
    """The call; None: it was refused, or is to be confirmed first, and the form says so.

    What is confirmed is the very day and time that was shown, and no other.
    """
    try:
        must_be_current(request)
        try:
            return act()
        except OutsideStay as asked:
            if request.POST.get("outside_stay") == asked.due.isoformat():
                return act(outside_stay=True)
            form.ask(asked)
    except Refusal as refusal:
        show_refusal(request, refusal, form)
    return None


def _find(request: HttpRequest, pk: int) -> WakeUpCall:
    wake_up_calls = WakeUpCall.objects.select_related("stay__room", "property")
    return get_object_or_404(wake_up_calls, property=the_desk(request).property, pk=pk)
