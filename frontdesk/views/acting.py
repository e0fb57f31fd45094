"""What all actions at the desk have in common: a service may refuse, and says why."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from frontdesk.guard.posts import must_be_current
from hotelpbx.refusals import Refusal


def submit(
    request: HttpRequest,
    form: forms.BaseForm,
    action: Callable[[], Any],
    done: str | Callable[[Any], str],
    leads_to: tuple[str, ...],
) -> HttpResponse | None:
    """Run ``action`` with a valid form and redirect. None: the page is to be shown with the form.

    :param action: reads the form's values when it is called
    :param done: the message; a function gets what the action returned
    :param leads_to: view name and arguments of the redirect
    """
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        must_be_current(request)
        result = action()
    except Refusal as refusal:
        show_refusal(request, refusal, form)
        return None
    messages.success(request, done(result) if callable(done) else done)
    return redirect(*leads_to)


def attempt(request: HttpRequest, action: Callable[[], Any], done: str) -> bool:
    """Run the action of a button; show ``done``, or the reason for the refusal, on top of the page.

    Not run if the page with the button is out of date.
    """
    try:
        must_be_current(request)
        action()
    except Refusal as refusal:
        messages.error(request, refusal.detail)
        return False
    messages.success(request, done)
    return True


def show_refusal(request: HttpRequest, refusal: Refusal, form: forms.BaseForm) -> None:
    """Show a refusal at the fields it names; a form that can answer it asks (``questions``)."""
    if isinstance(refusal, getattr(form, "questions", ())):
        form.ask(refusal)  # type: ignore[attr-defined]
        return
    for fault in refusal.faults:
        name = fault.pointer.strip("/").split("/")[0]
        form.add_error(name if name in form.fields else None, fault.detail)
    if not refusal.faults:
        form.add_error(None, refusal.detail)


def show_errors_as_messages(request: HttpRequest, form: forms.BaseForm) -> None:
    """Show the errors of a form that has no place on the page any more."""
    for name, errors in form.errors.items():
        field = form.fields.get(name)
        label = f"{field.label or name.replace('_', ' ').capitalize()}: " if field else ""
        messages.error(request, f"{label}{' '.join(map(str, errors))}")
