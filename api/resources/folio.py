"""``stays/{reference}/folio/``: what a stay owes."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.answers import Money
from api.base import PropertyView
from api.openapi import examples
from api.resources import charges, payments
from api.resources.payments import PaymentOut
from billing.folio.parts import FolioPart
from billing.folio.statement import Folio, folio_of
from billing.models import Charge, Settlement
from billing.payloads import money


class KindOut(serializers.Serializer[Any]):
    """The total of the lines of one type, including tax."""

    type = serializers.ChoiceField(choices=Charge.Type.choices)
    amount = Money()


class PartOut(serializers.Serializer[Any]):
    """Lines that are settled together. ``number`` and ``settled_at``: null while it is open."""

    title = serializers.ChoiceField(choices=Settlement.Title.choices)
    number = serializers.IntegerField(allow_null=True)
    settled_at = serializers.DateTimeField(allow_null=True)
    charges = serializers.ListField(child=serializers.IntegerField(), help_text="ids of lines")
    subtotal = Money()
    tax = Money()
    total = Money()


@extend_schema_serializer(examples=[OpenApiExample("Folio", examples.FOLIO)])
class FolioOut(serializers.Serializer[Any]):
    """``subtotal + tax = total``; the lines are gross if prices include tax.
    ``balance = total - payments``; negative if overpaid."""

    lines = charges.ChargeOut(many=True)
    subtotal = Money()
    tax = Money()
    total = Money()
    payments = Money()
    balance = Money()
    totals = KindOut(many=True)
    parts = PartOut(many=True)
    receipts = PaymentOut(many=True)


def render(folio: Folio) -> dict[str, Any]:
    """A folio for a response."""
    return {
        "lines": charges.render(folio.lines),
        **_sums(folio, folio.currency, "subtotal", "tax", "total", "payments", "balance"),
        "totals": [
            {"type": each.kind, "amount": money(each.amount, folio.currency)}
            for each in folio.totals
        ],
        "parts": [dict(PartOut(_part(part, folio.currency)).data) for part in folio.parts],
        "receipts": payments.render(folio.receipts),
    }


def _part(part: FolioPart, currency: str) -> dict[str, Any]:
    return {
        "title": part.title,
        "number": part.number,
        "settled_at": part.settled_at,
        "charges": [line.pk for line in part.lines],
        **_sums(part, currency, "subtotal", "tax", "total"),
    }


def _sums(whole: Folio | FolioPart, currency: str, *names: str) -> dict[str, Any]:
    return {name: money(getattr(whole, name), currency) for name in names}


class FolioDetail(PropertyView):
    """Includes late charges."""

    scopes = {"GET": "charges:read"}
    refuses = {"GET": ["stay_not_found"]}

    @extend_schema(operation_id="folio_read", summary="What a stay owes", responses=FolioOut)
    def get(self, request: Request, code: str, reference: str) -> Response:
        return Response(render(folio_of(self.stay(reference))))
