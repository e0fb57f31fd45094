"""The settings pages, one set for all tables of the hotel file."""

from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from frontdesk.accounts.access import Desk, Role, current_desk, desk_page
from frontdesk.hotel_settings.base import audit_name
from frontdesk.hotel_settings.sections import SECTIONS, Section
from frontdesk.views.acting import attempt, submit
from rooms.audit import note
from rooms.locking import lock_settings

_PAGE = 100


@desk_page(Role.MANAGER)
def index(request: HttpRequest) -> HttpResponse:
    """All sections."""
    return render(request, "frontdesk/settings/index.html", {"sections": SECTIONS})


@desk_page(Role.MANAGER)
def section(request: HttpRequest, slug: str) -> HttpResponse:
    """The rows of a table, or the form if there is only one."""
    desk, found = _locked_desk(request), _section(slug)
    if found.find is not None:
        return _form_page(request, desk, found, found.find(desk.property))
    rows = _rows(found, desk)
    page = Paginator(rows, _PAGE).get_page(request.GET.get("page"))
    context = {
        "section": found,
        "headings": [heading for heading, _ in found.columns],
        "page": page,
        "rows": [(row.pk, [content(row) for _, content in found.columns]) for row in page],
    }
    return render(request, "frontdesk/settings/list.html", context)


@desk_page(Role.MANAGER)
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """The form of a new row; the query may fill in fields."""
    desk, found = _locked_desk(request), _section(slug)
    if found.rows is None:
        raise Http404
    return _form_page(request, desk, found, None)


@desk_page(Role.MANAGER)
def edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The form of an existing row."""
    desk, found = _locked_desk(request), _section(slug)
    return _form_page(request, desk, found, get_object_or_404(_rows(found, desk), pk=pk))


@desk_page(Role.MANAGER)
def remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Confirmed on GET, done on POST."""
    desk, found = _locked_desk(request), _section(slug)
    row = get_object_or_404(_rows(found, desk), pk=pk)
    done = f"{found.one.capitalize()} {row} is removed."
    if request.method == "POST" and attempt(request, partial(_remove, desk, found, row), done):
        return redirect("frontdesk:settings_section", desk.property.code, slug)
    context = {"section": found, "row": row}
    status = 422 if request.method == "POST" else 200
    return render(request, "frontdesk/settings/remove.html", context, status=status)


def _form_page(request: HttpRequest, desk: Desk, found: Section, row: Any) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    files = {"files": request.FILES} if found.takes_files else {}
    form = found.form(
        data, **files, property_=desk.property, row=row, initial=_initial_from_query(request, found)
    )
    if response := submit(
        request,
        form,
        lambda: form.save(desk.actor),
        "Saved." if row else f"The {found.one} is added.",
        ("frontdesk:settings_section", desk.property.code, found.slug),
    ):
        return response
    context = {"section": found, "row": row, "form": form}
    status = 422 if data is not None else 200
    return render(request, "frontdesk/settings/form.html", context, status=status)


def _locked_desk(request: HttpRequest) -> Desk:
    """The desk; for a POST with its settings locked and reloaded."""
    desk = current_desk(request)
    if request.method == "POST":
        lock_settings(desk.property.code)
        desk.property.refresh_from_db()
    return desk


def _initial_from_query(request: HttpRequest, found: Section) -> dict[str, Any]:
    """Initial values of a new row, from the query: ``?tariff=3``."""
    fields: dict[str, Any] = getattr(found.form, "base_fields", {})
    asked = {name: request.GET[name] for name in fields if name in request.GET}
    return {**{name: field.initial for name, field in fields.items()}, **asked}


def _remove(desk: Desk, found: Section, row: Any) -> None:
    if found.remove is None:
        raise Http404
    name = audit_name(row)
    with transaction.atomic():
        found.remove(row, desk.actor)
        note(desk.property, desk.actor, "remove settings", name)


def _section(slug: str) -> Section:
    found = next((each for each in SECTIONS if each.slug == slug), None)
    if found is None:
        raise Http404
    return found


def _rows(found: Section, desk: Desk) -> Any:
    if found.rows is None:
        raise Http404
    return found.rows(desk.property)
