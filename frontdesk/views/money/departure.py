"""The check-out page: balance, open items, departure."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from billing.folio import settlement
from billing.folio.statement import folio_of
from frontdesk.accounts.access import current_desk, desk_page
from frontdesk.forms.folio import AnswerForm, folio_context
from frontdesk.views.acting import submit
from frontdesk.views.stays import find_stay
from rooms.models import Phone
from wakeups.models import WakeUpCall


@desk_page()
def check_out(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what is open; POST checks the guests out."""
    if request.method != "POST":
        return check_out_page(request, reference)
    desk, found = current_desk(request), find_stay(request, reference)
    form = AnswerForm(request.POST)
    return submit(
        request,
        form,
        lambda: settlement.check_out(found, actor=desk.actor, **form.cleaned_data),
        f"{found.main_guest} has left.",
        ("frontdesk:stay", desk.property.code, reference),
    ) or check_out_page(request, reference, answer_form=form)


def check_out_page(request: HttpRequest, reference: str, **bound: forms.Form) -> HttpResponse:
    """The page; ``bound``: a form with errors in place of its empty one."""
    found = find_stay(request, reference)
    phones = Phone.objects.filter(room=found.room) if found.room else Phone.objects.none()
    folio = folio_of(found)
    context = {
        "stay": found,
        **folio_context(folio),
        "excuse": settlement.accepted_balance_reason(folio),
        "busy": phones.filter(status__in=(Phone.Status.BUSY, Phone.Status.HOLD)),
        "open_calls": found.wake_up_calls.filter(status__in=WakeUpCall.OPEN),
        "bound": next(iter(bound), ""),
        **bound,
    }
    status = 422 if bound else 200
    return render(request, "frontdesk/stays/check_out.html", context, status=status)
