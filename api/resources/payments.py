"""``stays/{reference}/payments/``: payments. Immutable: mistakes are reversed."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.answers import Money
from api.base import PropertyView, writes
from api.openapi import examples
from api.requests import paging, queries
from api.requests.fields import Amount, Body, Choice, Flag, Text
from billing.ledger import payments
from billing.models import Payment
from billing.payloads import payment_payload
from hotelpbx.refusals import Refusal


@extend_schema_serializer(
    examples=[OpenApiExample("Card", {"amount": "45.00", "method": "card", "reference": "Slip 77"})]
)
class PaymentIn(Body):
    """A payment. More than is owed is refused, unless it is paid ``in_advance``."""

    amount = Amount(help_text="money, or its amount alone as a string")
    method = Choice(Payment.Method.choices)
    reference = Text(max_length=120, required=False, allow_blank=True, default="")
    in_advance = Flag(required=False, default=False)


@extend_schema_serializer(
    examples=[
        OpenApiExample("Change", {"amount": "5.00", "method": "cash", "reason": "Deposit not used"})
    ]
)
class RefundIn(Body):
    """A refund of at most the amount overpaid."""

    amount = Amount(help_text="money, or its amount alone as a string")
    method = Choice(Payment.Method.choices)
    reference = Text(max_length=120, required=False, allow_blank=True, default="")
    reason = Text()


@extend_schema_serializer(examples=[OpenApiExample("Reversal", {"reason": "Wrong guest"})])
class PaymentReasonIn(Body):
    """A short reason."""

    reason = Text()


@extend_schema_serializer(examples=[OpenApiExample("Payment", examples.PAYMENT)])
class PaymentOut(serializers.Serializer[Any]):
    """A payment; negative for a refund. ``reverses``: the id of the payment that it reverses."""

    id = serializers.IntegerField()
    sequence = serializers.IntegerField()
    stay = serializers.CharField()
    method = serializers.ChoiceField(choices=Payment.Method.choices)
    amount = Money()
    reference = serializers.CharField()
    received_at = serializers.DateTimeField()
    received_by = serializers.CharField()
    reason = serializers.CharField()
    reverses = serializers.IntegerField(allow_null=True)


class PaymentPage(serializers.Serializer[Any]):
    """One page of payments."""

    results = PaymentOut(many=True)
    next = serializers.CharField(allow_null=True)


def render(found: Sequence[Payment]) -> list[dict[str, Any]]:
    """Payments for a response, selected with their property and stay."""
    return [dict(PaymentOut(_payment(payment)).data) for payment in found]


def _payment(payment: Payment) -> dict[str, Any]:
    return {**payment_payload(payment), "received_at": payment.received_at}


class PaymentView(PropertyView):
    """Base of the views of payments."""

    def rows(self, reference: str) -> QuerySet[Payment]:
        """The payments of the stay named in the URL."""
        rows = Payment.objects.filter(stay=self.stay(reference))
        return rows.select_related("property", "stay__property")

    def answer(self, payment: Payment) -> Response:
        """The response for a new payment."""
        return Response(render([payment])[0], status=201)


class PaymentList(PaymentView):
    """Includes refunds and reversals."""

    scopes = {"GET": "charges:read", "POST": "charges:write"}
    refuses = {"GET": ["stay_not_found"], "POST": ["stay_not_found", "stay_not_in_house"]}
    parameters = queries.PAGED

    @extend_schema(
        operation_id="payments_list",
        summary="Payments, in the order of their numbers",
        responses=PaymentPage,
    )
    def get(self, request: Request, code: str, reference: str) -> Response:
        return paging.page(request, self.rows(reference), render, key="sequence")

    @extend_schema(
        operation_id="payments_create",
        summary="Record a payment",
        request=PaymentIn,
        responses={201: PaymentOut},
    )
    @writes
    def post(self, request: Request, code: str, reference: str) -> Response:
        stay = self.stay(reference)
        fields = self.body(request, PaymentIn)
        return self.answer(payments.take(stay, actor=self.actor, **fields))


class PaymentRefund(PaymentView):
    """Recorded as a payment of a negative amount."""

    scopes = {"POST": "charges:write"}
    refuses = {"POST": ["stay_not_found", "stay_not_in_house"]}

    @extend_schema(
        operation_id="payments_refund",
        summary="Refund an overpayment",
        request=RefundIn,
        responses={201: PaymentOut},
    )
    @writes
    def post(self, request: Request, code: str, reference: str) -> Response:
        stay = self.stay(reference)
        fields = self.body(request, RefundIn)
        return self.answer(payments.refund(stay, actor=self.actor, **fields))


class PaymentReverse(PaymentView):
    """Once only; a reversal itself cannot be reversed."""

    scopes = {"POST": "charges:write"}
    refuses = {"POST": ["stay_not_found"]}

    @extend_schema(
        operation_id="payments_reverse",
        summary="Reverse a mistaken payment by its opposite",
        request=PaymentReasonIn,
        responses={201: PaymentOut},
    )
    @writes
    def post(self, request: Request, code: str, reference: str, id: int) -> Response:
        found = self.rows(reference).filter(pk=id).first()
        if found is None:
            raise Refusal("not_found", "There is no such payment on this stay.", "not_found")
        fields = self.body(request, PaymentReasonIn)
        return self.answer(payments.reverse(found, actor=self.actor, reason=fields["reason"]))
