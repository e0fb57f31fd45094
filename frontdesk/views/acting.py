"""What every act at the desk has in common: a service may refuse, and says why."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from frontdesk.forms.questions import AskingForm
from frontdesk.guard.posts import must_be_current
from hotelpbx.refusals import Refusal
from rooms.stays.overrides import OverrideRequired


def attempt(request: HttpRequest, act: Callable[[], Any], done: str, form: Any = None) -> bool:
    """Do ``act`` and say ``done``; a refusal is shown at the form, or on top of the page.

    Not done where the page on which the person pressed the button is not true any more.
    """
    try:
        must_be_current(request)
        act()
    except Refusal as refusal:
        show_refusal(request, refusal, form)
        return False
    messages.success(request, done)
    return True


def show_refusal(request: HttpRequest, refusal: Refusal, form: forms.BaseForm | None) -> None:
    if form is None:
        messages.error(request, refusal.detail)
        return
    if isinstance(refusal, OverrideRequired) and isinstance(form, AskingForm):
        form.ask(refusal)
        return
    for fault in refusal.faults:
        name = fault.pointer.strip("/").split("/")[0]
        form.add_error(name if name in form.fields else None, fault.detail)
    if not refusal.faults:
        form.add_error(None, refusal.detail)


def tell_beside(request: HttpRequest, form: forms.BaseForm) -> None:
    """Say on top of the page what was wrong with a form that the page has no place for now."""
    for name, told in form.errors.items():
        field = form.fields.get(name)
        label = f"{field.label or name.replace('_', ' ').capitalize()}: " if field else ""
        messages.error(request, f"{label}{' '.join(map(str, told))}")
