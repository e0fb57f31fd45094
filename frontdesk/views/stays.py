"""A stay: its page, and everything that is done to it."""

from functools import partial
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from billing.folio.statement import folio_of
from billing.ledger import posting
from billing.models import Charge
from frontdesk.accounts.access import desk_page, the_desk
from frontdesk.forms.folio import folio_context
from frontdesk.forms.stays import (
    ChargeForm,
    CheckInForm,
    MinibarForm,
    MoveForm,
    ReservationForm,
)
from frontdesk.forms.wake_up_calls import WakeUpForm
from frontdesk.views.acting import attempt, tell_beside
from frontdesk.wake_up_calls.words import tell_of_outside
from pbx import outbox
from rooms.locking import lock_with_room
from rooms.models import AuditEntry, Room, Stay
from rooms.phones.provisioning import command_subject
from rooms.stays import lifecycle, reservations
from wakeups.booking.stay_dates import open_outside
from wakeups.settings import settings_of

# The stays on whose page a form stands; the others are about money.
_WITH_FOLIO: Final = (Stay.Status.IN_HOUSE, Stay.Status.CHECKED_OUT)
_STANDS: Final = {
    "check_in_form": (Stay.Status.RESERVED,),
    "move_form": (Stay.Status.IN_HOUSE,),
    "wake_up_form": (Stay.Status.IN_HOUSE,),
}


@desk_page()
def new(request: HttpRequest) -> HttpResponse:
    """A reservation made at the desk; with "check in now" a walk-in."""
    desk = the_desk(request)
    form = ReservationForm(request.POST or None, property_=desk.property)
    if request.method == "POST" and form.is_valid():
        reference = reservations.new_reference(desk.property)
        act = partial(
            reservations.save_stay,
            desk.property,
            reference,
            form.details(),
            actor=desk.actor,
            override=form.override(),
        )
        if attempt(request, act, f"Reservation {reference} is made.", form):
            return redirect("frontdesk:stay", desk.property.code, reference)
    context = {"form": form, "title": "New reservation"}
    return render(request, "frontdesk/stays/form.html", context, status=_status(form))


@desk_page()
def stay(request: HttpRequest, reference: str) -> HttpResponse:
    """The page of one stay."""
    return _page(request, reference)


@desk_page()
def edit(request: HttpRequest, reference: str) -> HttpResponse:
    """Names, dates, class, notes."""
    desk = the_desk(request)
    found = _find(request, reference)
    if request.method == "POST":
        lock_with_room(found, _room_asked_for(request))
        found = _find(request, reference)
    form = ReservationForm(request.POST or None, property_=desk.property, stay=found)
    if request.method == "POST" and form.is_valid():
        act = partial(
            reservations.save_stay,
            desk.property,
            reference,
            form.details(),
            actor=desk.actor,
            override=form.override(),
        )
        if attempt(request, act, "The stay is changed.", form):
            tell_of_outside(request, _find(request, reference))
            return redirect("frontdesk:stay", desk.property.code, reference)
    context = {"form": form, "title": f"Stay {reference}", "stay": found}
    return render(request, "frontdesk/stays/form.html", context, status=_status(form))


@require_POST
@desk_page()
def check_in(request: HttpRequest, reference: str) -> HttpResponse:
    """The guests come in."""
    desk, found = the_desk(request), _find(request, reference)
    form = CheckInForm(request.POST, property_=desk.property, stay=found)
    if form.is_valid():
        values = form.own_values()
        act = partial(
            lifecycle.check_in, found, actor=desk.actor, override=form.override(), **values
        )
        if attempt(request, act, f"{found.main_guest} is checked in.", form):
            return redirect("frontdesk:stay", desk.property.code, reference)
    return _page(request, reference, check_in_form=form)


@require_POST
@desk_page()
def move(request: HttpRequest, reference: str) -> HttpResponse:
    """The guests go to another room."""
    desk, found = the_desk(request), _find(request, reference)
    form = MoveForm(request.POST, property_=desk.property, stay=found)
    if form.is_valid():
        values = form.own_values()
        act = partial(lifecycle.move, found, actor=desk.actor, override=form.override(), **values)
        if attempt(request, act, f"Moved to room {values['to_room']}.", form):
            return redirect("frontdesk:stay", desk.property.code, reference)
    return _page(request, reference, move_form=form)


@require_POST
@desk_page()
def end(request: HttpRequest, reference: str) -> HttpResponse:
    """The reservation is called off, or nobody came."""
    desk, found = the_desk(request), _find(request, reference)
    if request.POST.get("how") == "no_show":
        act = partial(lifecycle.no_show, found, actor=desk.actor)
        attempt(request, act, "Marked as no-show.")
    else:
        act = partial(lifecycle.cancel, found, actor=desk.actor)
        attempt(request, act, "The reservation is cancelled.")
    return redirect("frontdesk:stay", desk.property.code, reference)


@require_POST
@desk_page()
def charge(request: HttpRequest, reference: str) -> HttpResponse:
    """A manual charge."""
    desk, found = the_desk(request), _find(request, reference)
    form = ChargeForm(request.POST, stay=found)
    if form.is_valid():
        values = form.cleaned_data
        act = partial(posting.charge_other, found, actor=desk.actor, **values)
        if attempt(request, act, f"{values['description']} is charged.", form):
            return redirect("frontdesk:stay", desk.property.code, reference)
    return _page(request, reference, charge_form=form)


@require_POST
@desk_page()
def minibar(request: HttpRequest, reference: str) -> HttpResponse:
    """Something out of the minibar."""
    desk, found = the_desk(request), _find(request, reference)
    form = MinibarForm(request.POST, property_=desk.property, stay=found)
    if form.is_valid():
        values = form.cleaned_data
        act = partial(posting.charge_minibar, found, actor=desk.actor, **values)
        if attempt(request, act, f"{values['product']} is charged.", form):
            return redirect("frontdesk:stay", desk.property.code, reference)
    return _page(request, reference, minibar_form=form)


@require_POST
@desk_page()
def reverse(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """A charge is taken back."""
    desk, found = the_desk(request), _find(request, reference)
    charged = get_object_or_404(Charge, stay=found, pk=pk)
    reason = request.POST.get("reason", "").strip()[:255]
    act = partial(posting.reverse, charged, actor=desk.actor, reason=reason)
    attempt(request, act, f"{charged.description} is reversed.")
    return redirect("frontdesk:stay", desk.property.code, reference)


def find_stay(request: HttpRequest, reference: str) -> Stay:
    """The stay of an address, for acts that live beside this module."""
    return _find(request, reference)


def _page(request: HttpRequest, reference: str, **bound: forms.Form) -> HttpResponse:
    """The stay's page, with a form that was not right in place of its fresh one."""
    desk, found = the_desk(request), _find(request, reference)
    property_, owed = desk.property, folio_of(found)
    for name, form in bound.items():
        if found.status not in _STANDS.get(name, _WITH_FOLIO):
            tell_beside(request, form)
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


def stay_page(request: HttpRequest, reference: str, **bound: forms.Form) -> HttpResponse:
    """The stay's page, for acts that live beside this module."""
    return _page(request, reference, **bound)


def _find(request: HttpRequest, reference: str) -> Stay:
    desk = the_desk(request)
    return get_object_or_404(
        Stay.objects.select_related(
            "property__pbx", "room", "class_of_service", "group"
        ).prefetch_related("guests"),
        property=desk.property,
        reference=reference,
    )


def _room_asked_for(request: HttpRequest) -> Room | None:
    """The room that a form names, to be locked in the house's order with the others."""
    asked = request.POST.get("room", "")
    usable = asked.isascii() and asked.isdigit() and len(asked) < 18
    rooms = Room.objects.filter(property=the_desk(request).property)
    return rooms.filter(pk=asked).first() if usable else None


def _status(form: forms.BaseForm) -> int:
    return 422 if form.is_bound else 200
