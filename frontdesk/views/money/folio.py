"""Money at the desk: payments, refunds, settling, and lines that belong to somebody else."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from billing.folio import settlement
from billing.folio.statement import folio_of
from billing.ledger import payments, transfers
from billing.models import Payment
from frontdesk.accounts.access import desk_page, the_desk
from frontdesk.forms.folio import AnswerForm, PaymentForm, RefundForm, TransferForm
from frontdesk.views.acting import attempt
from frontdesk.views.money.departure import check_out_page
from frontdesk.views.stays import find_stay, stay_page

# Where a form stands, and so where one goes back to.
_PAGES: Final[dict[str, Callable[..., HttpResponse]]] = {
    "stay": stay_page,
    "check_out": check_out_page,
}


@require_POST
@desk_page()
def pay(request: HttpRequest, reference: str) -> HttpResponse:
    """The guest pays."""
    desk, found = the_desk(request), find_stay(request, reference)
    form = PaymentForm(request.POST)
    if form.is_valid():
        act = partial(payments.take, found, actor=desk.actor, **form.cleaned_data)
        if attempt(request, act, "The payment is recorded.", form):
            return _back(request, reference)
    return _again(request, reference, payment_form=form)


@require_POST
@desk_page()
def refund(request: HttpRequest, reference: str) -> HttpResponse:
    """What was paid too much goes back."""
    desk, found = the_desk(request), find_stay(request, reference)
    form = RefundForm(request.POST)
    if form.is_valid():
        act = partial(payments.refund, found, actor=desk.actor, **form.cleaned_data)
        if attempt(request, act, "The refund is recorded.", form):
            return _back(request, reference)
    return _again(request, reference, refund_form=form)


@require_POST
@desk_page()
def reverse(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """A mistaken payment is taken back."""
    desk, found = the_desk(request), find_stay(request, reference)
    paid = get_object_or_404(Payment, stay=found, pk=pk)
    act = partial(
        payments.reverse, paid, actor=desk.actor, reason=request.POST.get("reason", "")[:255]
    )
    attempt(request, act, f"Payment {paid.sequence} is reversed.")
    return _back(request, reference)


@require_POST
@desk_page()
def settle(request: HttpRequest, reference: str) -> HttpResponse:
    """The folio is fixed while the guest stays."""
    desk, found = the_desk(request), find_stay(request, reference)
    form = AnswerForm(request.POST)
    if form.is_valid():
        act = partial(settlement.settle, found, actor=desk.actor, **form.cleaned_data)
        done = "The folio is settled. What comes now is on a part of its own."
        if attempt(request, act, done, form):
            return _back(request, reference)
    return _again(request, reference, answer_form=form)


@desk_page()
def transfer(request: HttpRequest, reference: str) -> HttpResponse:
    """Lines go to another guest, whole or in part."""
    desk, found = the_desk(request), find_stay(request, reference)
    form = TransferForm(request.POST or None, stay=found)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(request, form.act(desk.actor), "The lines are transferred.", form)
    ):
        return redirect("frontdesk:stay", desk.property.code, reference)
    context = {
        "stay": found,
        "folio": folio_of(found),
        "form": form,
        "companions": transfers.transfer_targets(found).exists(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "frontdesk/money/transfer.html", context, status=status)


def _place(request: HttpRequest) -> str:
    wanted = request.POST.get("page", "")
    return wanted if wanted in _PAGES else "stay"


def _back(request: HttpRequest, reference: str) -> HttpResponse:
    return redirect(f"frontdesk:{_place(request)}", the_desk(request).property.code, reference)


def _again(request: HttpRequest, reference: str, **bound: Any) -> HttpResponse:
    """The page on which the form stood, with what was wrong."""
    return _PAGES[_place(request)](request, reference, **bound)
