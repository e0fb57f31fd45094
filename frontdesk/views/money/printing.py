"""Printed folios: as a page, as PDF, for a whole group; and the logo."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header

from billing.documents import (
    FolioDocument,
    folio_document,
    folio_stays,
    folios_as_pdf,
    language_of,
)
from billing.folio.statement import folio_of
from frontdesk.accounts.access import current_desk, desk_page
from frontdesk.views.stays import find_stay
from rooms.logo import logo_of
from rooms.models import Group, Property, Stay


@desk_page()
def folio(request: HttpRequest, reference: str) -> HttpResponse:
    """The folio as a printable page."""
    stay = find_stay(request, reference)
    context = {
        "stay": stay,
        "document": _document(request, stay),
        "languages": Property.Language.choices,
        "language": _language(request),
    }
    return render(request, "frontdesk/money/folio.html", context)


@desk_page()
def folio_pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """The folio as a PDF file."""
    document = _document(request, find_stay(request, reference))
    title = f"{document.title} {document.reference}"
    return _pdf(folios_as_pdf([document], title), f"folio-{reference}.pdf")


@desk_page()
def group_folios(request: HttpRequest, group: str) -> HttpResponse:
    """The folios of a group in one PDF file, each on a new page."""
    property_ = current_desk(request).property
    found = get_object_or_404(Group, property=property_, code=group)
    stays = folio_stays(found)
    if not stays:
        messages.error(request, f"No one from group {group} has checked in: there is no folio yet.")
        return redirect("frontdesk:in_house", property_.code)
    documents = (_document(request, stay) for stay in stays)
    return _pdf(folios_as_pdf(documents, group), f"folios-{group}.pdf")


@desk_page()
def logo(request: HttpRequest) -> HttpResponse:
    """The hotel's logo, served so that no browser treats it as a page."""
    found = logo_of(current_desk(request).property)
    if found is None:
        raise Http404
    headers = {
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-cache",
    }
    return HttpResponse(bytes(found.content), content_type=found.content_type, headers=headers)


def _pdf(content: bytes, name: str) -> HttpResponse:
    headers = {
        "Content-Disposition": str(content_disposition_header(as_attachment=False, filename=name)),
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _document(request: HttpRequest, stay: Stay) -> FolioDocument:
    return folio_document(folio_of(stay), _language(request))


def _language(request: HttpRequest) -> str:
    return language_of(current_desk(request).property, request.GET.get("language"))
