"""Forms of the folio: payments, refunds, settlement, transfers."""

from decimal import Decimal
from typing import Any, Final

from django import forms

from billing.folio.statement import Folio
from billing.ledger import transfers
from billing.models import Charge, Payment
from frontdesk.forms.fields import AmountField
from hotelpbx.instants import parse_row_number
from rooms.audit import Actor
from rooms.models import Stay


class MoneyForm(forms.Form):
    """An amount and a payment method. The service checks both against the folio."""

    amount = AmountField(max_digits=12, min_value=Decimal("0.001"))
    method = forms.ChoiceField(label="Method", choices=Payment.Method.choices)
    reference = forms.CharField(
        max_length=120, required=False, help_text="Slip number, company, bank transfer"
    )

    def __init__(self, *args: Any, amount: Decimal | None = None, **kwargs: Any) -> None:
        initial = {"amount": amount or None}
        super().__init__(*args, **{"initial": initial, **kwargs})


class PaymentForm(MoneyForm):
    """A payment; by default the whole balance."""

    in_advance = forms.BooleanField(
        label="Accept more than the balance, as an advance payment", required=False
    )


class RefundForm(MoneyForm):
    """A refund; by default the whole overpayment."""

    reason = forms.CharField(max_length=255)


class AnswerForm(forms.Form):
    """The reason for a balance that stays open."""

    reason = forms.CharField(
        label="Reason it may stay open",
        max_length=255,
        required=False,
        help_text="e.g. company pays",
    )


_HOW: Final = (
    ("whole", "Whole lines, to one guest"),
    ("amount", "An amount of one line, to one guest"),
    ("equal", "Equal parts, split with this guest"),
)


class TransferForm(forms.Form):
    """Which lines are transferred to whom."""

    charges: Any = forms.ModelMultipleChoiceField(
        queryset=Charge.objects.none(),
        error_messages={
            "required": "Choose at least one line.",
            "invalid_choice": "A chosen line has been transferred or reversed since: choose again.",
        },
    )
    targets: Any = forms.ModelMultipleChoiceField(
        label="To",
        queryset=Stay.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose who pays."},
    )
    how = forms.ChoiceField(
        label="How to transfer", choices=_HOW, initial="whole", widget=forms.RadioSelect
    )
    amount = AmountField(max_digits=12, required=False, help_text="Only for an amount of one line")
    reason = forms.CharField(max_length=255, required=False)

    def __init__(self, *args: Any, stay: Stay, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = (
            stay.charges.filter(reverses=None, reversed_by=None)
            .select_related("property", "stay__property", "room", "product", "call")
            .order_by("sequence")
        )
        self.fields["charges"].queryset = self.lines  # type: ignore[attr-defined]
        targets = transfers.transfer_targets(stay).select_related("room", "group", "property")
        self.fields["targets"].queryset = targets.prefetch_related("guests")  # type: ignore[attr-defined]
        self.fields["targets"].label_from_instance = _guest  # type: ignore[attr-defined]

    @property
    def chosen(self) -> frozenset[int]:
        """The ids of the selected lines."""
        ticked = self["charges"].value() or ()
        return frozenset(filter(None, (parse_row_number(str(each)) for each in ticked)))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.errors:
            return values
        how = values["how"]
        if how != "equal" and len(values["targets"]) != 1:
            self.add_error("targets", "Choose one guest, or split in equal parts.")
        if how == "amount" and len(values["charges"]) != 1:
            self.add_error("charges", "Choose the one line to take an amount from.")
        if how == "amount" and values["amount"] is None:
            self.add_error("amount", "Enter how much of the line to transfer.")
        if how != "amount" and values["amount"] is not None:
            self.add_error("amount", "Only for an amount of one line.")
        return values

    def transfer(self, actor: Actor) -> list[Charge]:
        """Transfer the chosen lines as chosen."""
        values = self.cleaned_data
        lines, targets = list(values["charges"]), list(values["targets"])
        about = {"actor": actor, "reason": values["reason"]}
        if values["how"] == "whole":
            return transfers.transfer(lines, targets[0], **about)
        if values["how"] == "amount":
            return transfers.transfer_part(lines[0], targets[0], values["amount"], **about)
        return transfers.split_equally(lines, targets, **about)


def folio_context(folio: Folio) -> dict[str, Any]:
    """Template context of a folio and its forms."""
    return {
        "folio": folio,
        "payment_form": PaymentForm(amount=max(folio.balance, Decimal(0))),
        "refund_form": RefundForm(amount=folio.overpaid),
        "answer_form": AnswerForm(),
    }


def _guest(stay: Stay) -> str:
    parts = [str(stay.main_guest or ""), stay.reference, f"room {stay.room}" if stay.room else ""]
    return " · ".join(filter(None, [*parts, stay.get_status_display().lower()]))
