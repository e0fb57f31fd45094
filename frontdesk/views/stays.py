"""The page of a stay and its actions."""

from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from billing.folio.statement import folio_of
from billing.ledger import posting
from billing.models import Charge
from frontdesk.accounts.access import current_desk, desk_page
from frontdesk.forms.folio import folio_context
from frontdesk.forms.stays import (
    ChargeForm,
    CheckInForm,
    MinibarForm,
    MoveForm,
    ReservationForm,
)
from frontdesk.forms.wake_up_calls import WakeUpForm
from frontdesk.views.acting import attempt, show_errors_as_messages, submit
from frontdesk.wake_up_calls.descriptions import warn_of_calls_outside_stay
from pbx import outbox
from rooms.locking import lock_with_room
from rooms.models import AuditEntry, Room, Stay
from rooms.phones.provisioning import command_subject
from rooms.stays import lifecycle, reservations
from wakeups.booking.stay_dates import open_outside
from wakeups.settings import settings_of

# The statuses in which the page has a form; other forms are part of the folio.
_WITH_FOLIO: Final = (Stay.Status.IN_HOUSE, Stay.Status.CHECKED_OUT)
_STANDS: Final = {
    "check_in_form": (Stay.Status.RESERVED,),
    "move_form": (Stay.Status.IN_HOUSE,),
    "wake_up_form": (Stay.Status.IN_HOUSE,),
}


@desk_page()
def new(request: HttpRequest) -> HttpResponse:
    """A new reservation."""
    desk = current_desk(request)
    form = ReservationForm(request.POST or None, property_=desk.property)
    reference = reservations.new_reference(desk.property) if form.is_valid() else ""
    if response := _save(request, form, reference, f"Reservation {reference} is saved."):
        return response
    context = {"form": form, "title": "New reservation"}
    return render(request, "frontdesk/stays/form.html", context, status=_status(form))


@desk_page()
def stay(request: HttpRequest, reference: str) -> HttpResponse:
    """The page of one stay."""
    return stay_page(request, reference)


@desk_page()
def edit(request: HttpRequest, reference: str) -> HttpResponse:
    """Names, dates, class, notes."""
    desk = current_desk(request)
    found = find_stay(request, reference)
    if request.method == "POST":
        lock_with_room(found, _requested_room(request))
        found = find_stay(request, reference)
    form = ReservationForm(request.POST or None, property_=desk.property, stay=found)
    if response := _save(request, form, reference, "The stay is changed."):
        warn_of_calls_outside_stay(request, find_stay(request, reference))
        return response
    context = {"form": form, "title": f"Stay {reference}", "stay": found}
    return render(request, "frontdesk/stays/form.html", context, status=_status(form))


@require_POST
@desk_page()
def check_in(request: HttpRequest, reference: str) -> HttpResponse:
    """Check in the guests."""
    desk, found = current_desk(request), find_stay(request, reference)
    form = CheckInForm(request.POST, property_=desk.property, stay=found)
    return submit(
        request,
        form,
        lambda: lifecycle.check_in(
            found, actor=desk.actor, override=form.override(), **form.own_values()
        ),
        f"{found.main_guest} is checked in.",
        _page_of(found),
    ) or stay_page(request, reference, check_in_form=form)


@require_POST
@desk_page()
def move(request: HttpRequest, reference: str) -> HttpResponse:
    """Move the guests to another room."""
    desk, found = current_desk(request), find_stay(request, reference)
    form = MoveForm(request.POST, property_=desk.property, stay=found)
    return submit(
        request,
        form,
        lambda: lifecycle.move(
            found, actor=desk.actor, override=form.override(), **form.own_values()
        ),
        lambda _: f"Moved to room {form.cleaned_data['to_room']}.",
        _page_of(found),
    ) or stay_page(request, reference, move_form=form)


@require_POST
@desk_page()
def end_reservation(request: HttpRequest, reference: str) -> HttpResponse:
    """Cancel the reservation, or mark it as a no-show."""
    desk, found = current_desk(request), find_stay(request, reference)
    if request.POST.get("how") == "no_show":
        attempt(request, lambda: lifecycle.no_show(found, actor=desk.actor), "Marked as no-show.")
    else:
        done = "The reservation is cancelled."
        attempt(request, lambda: lifecycle.cancel(found, actor=desk.actor), done)
    return redirect("frontdesk:stay", desk.property.code, reference)


@require_POST
@desk_page()
def charge(request: HttpRequest, reference: str) -> HttpResponse:
    """Post a manual charge."""
    desk, found = current_desk(request), find_stay(request, reference)
    form = ChargeForm(request.POST, stay=found)
    return submit(
        request,
        form,
        lambda: posting.charge_other(found, actor=desk.actor, **form.cleaned_data),
        lambda _: f"{form.cleaned_data['description']} is charged.",
        _page_of(found),
    ) or stay_page(request, reference, charge_form=form)


@require_POST
@desk_page()
def minibar(request: HttpRequest, reference: str) -> HttpResponse:
    """Post a minibar charge."""
    desk, found = current_desk(request), find_stay(request, reference)
    form = MinibarForm(request.POST, property_=desk.property, stay=found)
    return submit(
        request,
        form,
        lambda: posting.charge_minibar(found, actor=desk.actor, **form.cleaned_data),
        lambda _: f"{form.cleaned_data['product']} is charged.",
        _page_of(found),
    ) or stay_page(request, reference, minibar_form=form)


@require_POST
@desk_page()
def reverse(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Reverse a charge."""
    desk, found = current_desk(request), find_stay(request, reference)
    charged = get_object_or_404(Charge, stay=found, pk=pk)
    reason = request.POST.get("reason", "").strip()[:255]
    attempt(
        request,
        lambda: posting.reverse(charged, actor=desk.actor, reason=reason),
        f"{charged.description} is reversed.",
    )
    return redirect("frontdesk:stay", desk.property.code, reference)


def stay_page(request: HttpRequest, reference: str, **bound: forms.Form) -> HttpResponse:
    """The page of a stay; ``bound``: a form with errors in place of its empty one."""
    desk, found = current_desk(request), find_stay(request, reference)
    property_, owed = desk.property, folio_of(found)
    for name, form in bound.items():
        if found.status not in _STANDS.get(name, _WITH_FOLIO):
            show_errors_as_messages(request, form)
    context: dict[str, Any] = {
        "stay": found,
        "phone": outbox.states_by_subject([command_subject(found)])[command_subject(found)],
        **folio_context(owed),
        "wake_up_calls": found.wake_up_calls.prefetch_related("occurrences").order_by("-pk"),
        "calls": found.calls.order_by("-started_at")[:50],
        "entries": AuditEntry.objects.filter(property=property_, subject=f"stay:{reference}")[:50],
        "check_in_form": CheckInForm(property_=property_, stay=found),
        "move_form": MoveForm(property_=property_, stay=found),
        "charge_form": ChargeForm(stay=found),
        "minibar_form": MinibarForm(property_=property_, stay=found),
        "outside": {call.pk for call in open_outside(found)},
        "wake_up_form": WakeUpForm(property_=property_, usual=settings_of(property_)),
        "bound": next(iter(bound), ""),
        **bound,
    }
    status = 422 if bound else 200
    return render(request, "frontdesk/stays/stay.html", context, status=status)


def find_stay(request: HttpRequest, reference: str) -> Stay:
    """The stay of an address."""
    desk = current_desk(request)
    return get_object_or_404(
        Stay.objects.select_related(
            "property__pbx", "room", "class_of_service", "group"
        ).prefetch_related("guests"),
        property=desk.property,
        reference=reference,
    )


def _save(
    request: HttpRequest, form: ReservationForm, reference: str, done: str
) -> HttpResponse | None:
    desk = current_desk(request)
    return submit(
        request,
        form,
        lambda: reservations.save_stay(
            desk.property,
            reference,
            form.details(),
            actor=desk.actor,
            override=form.override(),
        ),
        done,
        ("frontdesk:stay", desk.property.code, reference),
    )


def _page_of(stay: Stay) -> tuple[str, str, str]:
    return "frontdesk:stay", stay.property.code, stay.reference


def _requested_room(request: HttpRequest) -> Room | None:
    """The room that a form names, to be locked together with the stay."""
    asked = request.POST.get("room", "")
    usable = asked.isascii() and asked.isdigit() and len(asked) < 18
    rooms = Room.objects.filter(property=current_desk(request).property)
    return rooms.filter(pk=asked).first() if usable else None


def _status(form: forms.BaseForm) -> int:
    return 422 if form.is_bound else 200
