"""Actions on a single wake-up call: add, change, cancel."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from frontdesk.accounts.access import current_desk, desk_page
from frontdesk.forms.wake_up_calls import WakeUpForm
from frontdesk.views.acting import attempt, submit
from frontdesk.views.stays import stay_page
from frontdesk.wake_up_calls.descriptions import describe_call
from hotelpbx.refusals import Refusal
from rooms.locking import lock_with_room
from rooms.models import Stay
from wakeups.booking import calls
from wakeups.booking.stay_dates import OutsideStay, in_words, refuse_outside_stay
from wakeups.models import WakeUpCall
from wakeups.settings import settings_of


@require_POST
@desk_page()
def add(request: HttpRequest, reference: str) -> HttpResponse:
    """Set a wake-up call."""
    desk = current_desk(request)
    stay = get_object_or_404(Stay, property=desk.property, reference=reference)
    form = WakeUpForm(request.POST, property_=desk.property, usual=settings_of(desk.property))
    return submit(
        request,
        form,
        _confirmed(
            request,
            lambda **options: calls.create(
                stay, form.wake_up_request(), actor=desk.actor, **options
            ),
        ),
        lambda call: f"Set: {describe_call(call)}.",
        ("frontdesk:stay", desk.property.code, reference),
    ) or stay_page(request, reference, wake_up_form=form)


@require_GET
@desk_page()
def when(request: HttpRequest, reference: str) -> HttpResponse:
    """The day and time that the form, as filled in, stands for. Requested by htmx."""
    desk = current_desk(request)
    stay = get_object_or_404(Stay, property=desk.property, reference=reference)
    form = WakeUpForm(request.GET, property_=desk.property, usual=settings_of(desk.property))
    context = {}
    if form.is_valid():
        try:
            due = calls.due_time(stay, form.wake_up_request())
            context["due"] = in_words(due, desk.property)
            refuse_outside_stay(stay, due)
        except Refusal as refusal:
            context["fault"] = refusal.detail
    return render(request, "frontdesk/wake_up_calls/_when.html", context)


@desk_page()
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a wake-up call; the alarm on the PBX follows."""
    desk = current_desk(request)
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
    if response := submit(
        request,
        form,
        _confirmed(
            request,
            lambda **options: calls.change(
                call, form.wake_up_request(), actor=desk.actor, **options
            ),
        ),
        lambda changed: f"Changed: {describe_call(changed)}.",
        ("frontdesk:stay", desk.property.code, call.stay.reference),
    ):
        return response
    title = f"Wake-up call of {call.stay.main_guest or call.stay.reference}"
    context = {"form": form, "title": title, "stay": call.stay}
    status = 422 if form.errors else 200
    return render(request, "frontdesk/wake_up_calls/form.html", context, status=status)


@require_POST
@desk_page()
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a wake-up call."""
    desk = current_desk(request)
    call = _find(request, pk)
    done = f"Cancelled: {describe_call(call)}."
    attempt(request, lambda: calls.cancel(call, actor=desk.actor), done)
    return redirect("frontdesk:stay", desk.property.code, call.stay.reference)


def _confirmed(request: HttpRequest, save: Callable[..., WakeUpCall]) -> Callable[[], WakeUpCall]:
    """``save``; outside the stay only for the day and time that the clerk has confirmed."""

    def action() -> WakeUpCall:
        try:
            return save()
        except OutsideStay as question:
            if request.POST.get("outside_stay") != question.due.isoformat():
                raise
            return save(outside_stay=True)

    return action


def _find(request: HttpRequest, pk: int) -> WakeUpCall:
    wake_up_calls = WakeUpCall.objects.select_related("stay__room", "property")
    return get_object_or_404(wake_up_calls, property=current_desk(request).property, pk=pk)
