"""Folio actions: payments, refunds, settlement, transfers."""

from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from billing.folio import settlement
from billing.folio.statement import folio_of
from billing.ledger import payments, transfers
from billing.models import Payment
from frontdesk.accounts.access import current_desk, desk_page
from frontdesk.forms.folio import AnswerForm, PaymentForm, RefundForm, TransferForm
from frontdesk.views.acting import attempt, submit
from frontdesk.views.money.departure import check_out_page
from frontdesk.views.stays import find_stay, stay_page
from rooms.models import Stay

# The pages that have these forms: the one it came from is shown again.
_PAGES: Final[dict[str, Callable[..., HttpResponse]]] = {
    "stay": stay_page,
    "check_out": check_out_page,
}


@require_POST
@desk_page()
def pay(request: HttpRequest, reference: str) -> HttpResponse:
    """Record a payment."""
    form, done = PaymentForm(request.POST), "The payment is recorded."
    return _submit(request, reference, "payment_form", form, payments.take, done)


@require_POST
@desk_page()
def refund(request: HttpRequest, reference: str) -> HttpResponse:
    """Record a refund of an overpayment."""
    form, done = RefundForm(request.POST), "The refund is recorded."
    return _submit(request, reference, "refund_form", form, payments.refund, done)


@require_POST
@desk_page()
def reverse(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Reverse a payment."""
    desk, found = current_desk(request), find_stay(request, reference)
    paid = get_object_or_404(Payment, stay=found, pk=pk)
    reason = request.POST.get("reason", "")[:255]
    attempt(
        request,
        lambda: payments.reverse(paid, actor=desk.actor, reason=reason),
        f"Payment {paid.sequence} is reversed.",
    )
    return redirect(*_page_of_form(request, found))


@require_POST
@desk_page()
def settle(request: HttpRequest, reference: str) -> HttpResponse:
    """Settle the folio while the guest stays."""
    form, done = AnswerForm(request.POST), "The folio is settled. New charges go on a supplement."
    return _submit(request, reference, "answer_form", form, settlement.settle, done)


@desk_page()
def transfer(request: HttpRequest, reference: str) -> HttpResponse:
    """Transfer lines to other guests, in whole or in part."""
    desk, found = current_desk(request), find_stay(request, reference)
    form = TransferForm(request.POST or None, stay=found)
    if response := submit(
        request,
        form,
        lambda: form.transfer(desk.actor),
        "The lines are transferred.",
        ("frontdesk:stay", desk.property.code, reference),
    ):
        return response
    context = {
        "stay": found,
        "folio": folio_of(found),
        "form": form,
        "companions": transfers.transfer_targets(found).exists(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "frontdesk/money/transfer.html", context, status=status)


def _submit(
    request: HttpRequest,
    reference: str,
    name: str,
    form: forms.Form,
    action: Callable[..., Any],
    done: str,
) -> HttpResponse:
    """``action`` with the values of ``form``, then the page that it came from.

    :param name: what the page calls the form
    """
    desk, found = current_desk(request), find_stay(request, reference)
    return submit(
        request,
        form,
        lambda: action(found, actor=desk.actor, **form.cleaned_data),
        done,
        _page_of_form(request, found),
    ) or _PAGES[_page_name(request)](request, reference, **{name: form})


def _page_name(request: HttpRequest) -> str:
    wanted = request.POST.get("page", "")
    return wanted if wanted in _PAGES else "stay"


def _page_of_form(request: HttpRequest, stay: Stay) -> tuple[str, str, str]:
    return f"frontdesk:{_page_name(request)}", stay.property.code, stay.reference
