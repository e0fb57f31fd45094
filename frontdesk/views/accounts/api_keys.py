"""API keys: issued, shown once, revoked."""

from typing import Any, Final

from django import forms
from django.apps import apps
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.module_loading import import_string
from django.views.decorators.http import require_POST

from frontdesk.accounts.access import Desk, Role, current_desk, desk_page
from frontdesk.views.acting import show_refusal
from hotelpbx.clock import now
from hotelpbx.refusals import Refusal
from rooms.audit import note

# Called by name: frontdesk and api do not import each other.
_MODEL: Final = "api.ApiKey"
_SCOPES: Final = "api.models.SCOPES"


class KeyForm(forms.Form):
    """Name and scopes of a new key."""

    name = forms.CharField(max_length=64, help_text="Who uses it, such as the PMS.")
    scopes = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        scopes: Any = self.fields["scopes"]
        scopes.choices = [(scope, scope) for scope in import_string(_SCOPES)]


@desk_page(Role.MANAGER)
def keys(request: HttpRequest) -> HttpResponse:
    """All keys; POST issues a new one, shown only in this response."""
    desk = current_desk(request)
    form = KeyForm(request.POST if request.method == "POST" else None)
    key = _issue(request, desk, form) if form.is_valid() else ""
    context = {
        "keys": _keys(desk).order_by("revoked_at", "name", "pk"),
        "form": KeyForm() if key else form,
        "key": key,
    }
    status = 422 if form.errors else 200
    answer = render(request, "frontdesk/accounts/api_keys.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@desk_page(Role.MANAGER)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke a key at once."""
    desk = current_desk(request)
    row: Any = get_object_or_404(_keys(desk), pk=pk)
    with transaction.atomic():
        if _keys(desk).filter(pk=pk, revoked_at__isnull=True).update(revoked_at=now()):
            note(desk.property, desk.actor, "revoke API key", f"key:{row.name}")
    return redirect("frontdesk:api_keys", desk.property.code)


def _issue(request: HttpRequest, desk: Desk, form: KeyForm) -> str:
    model: Any = apps.get_model(_MODEL)
    name, scopes = form.cleaned_data["name"], form.cleaned_data["scopes"]
    try:
        row, key = model.issue(desk.property, name, scopes, created_at=now())
    except Refusal as refusal:
        show_refusal(request, refusal, form)
        return ""
    with transaction.atomic():
        row.save()
        after = {"prefix": row.prefix, "scopes": scopes}
        note(desk.property, desk.actor, "issue API key", f"key:{name}", after=after)
    return str(key)


def _keys(desk: Desk) -> models.QuerySet[models.Model]:
    model: type[models.Model] = apps.get_model(_MODEL)
    return model._default_manager.filter(property=desk.property)
