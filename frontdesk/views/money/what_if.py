"""What-if pricing: what calls would have cost under another tariff. Nothing is written."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from billing.tariff_book import book_of, edition_of
from billing.what_if import compare, with_edition
from frontdesk.accounts.access import Role, current_desk, desk_page
from frontdesk.forms.what_if import WhatIfForm
from hotelpbx.money import minor_digits

# Destinations shown; the totals include all.
_SHOWN = 200


@desk_page(Role.MANAGER)
def what_if(request: HttpRequest) -> HttpResponse:
    """Choose an edition and a period; totals now and then, by destination."""
    property_ = current_desk(request).property
    form = WhatIfForm(request.GET if "edition" in request.GET else None, property_=property_)
    context = {"form": form, "digits": minor_digits(property_.currency)}
    if form.is_bound and form.is_valid():
        edition = edition_of(form.cleaned_data["edition"])
        for_all = form.cleaned_data["calls"] == "all"
        proposal = with_edition(book_of(property_), edition, for_all=for_all)
        found = compare(property_, proposal, *form.period)
        context |= {"found": found, "lines": found.lines[:_SHOWN], "edition": edition}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "frontdesk/money/what_if.html", context, status=status)
