"""``charges/`` and ``stays/{reference}/folio/``"""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_field,
)
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api import paging
from api.base import PropertyView
from api.fields import Amount, Body, Money, Text, Whole, money
from billing import minibar, posting
from billing.folio import folio_of
from billing.models import Charge
from hotelpbx.refusals import Refusal, invalid


@extend_schema_field(Money)
class AmountIn(Amount):
    """Money, or its amount alone as a text."""


class ChargeIn(Body):
    """``other`` wants description and amount, ``minibar`` product and quantity."""

    stay = Text(max_length=64)
    type = serializers.ChoiceField(choices=["other", "minibar"])
    description = Text(required=False)
    amount = AmountIn(required=False)
    product = Text(max_length=9, required=False, trim_whitespace=False)
    quantity = Whole(required=False)


class ReasonIn(Body):
    reason = Text(required=False, allow_blank=True, default="")


class AcknowledgementIn(Body):
    status = serializers.ChoiceField(choices=["accepted", "rejected"])
    reason = Text(required=False, allow_blank=True, default="")


class MinibarOut(serializers.Serializer[Any]):
    product = serializers.CharField()
    quantity = serializers.IntegerField(allow_null=True)


class ChargeOut(serializers.Serializer[Any]):
    """One line of a folio; immutable."""

    id = serializers.IntegerField()
    sequence = serializers.IntegerField()
    type = serializers.ChoiceField(choices=Charge.Type.choices)
    stay = serializers.CharField()
    room = serializers.CharField(allow_null=True)
    occurred_at = serializers.DateTimeField()
    posted_at = serializers.DateTimeField()
    description = serializers.CharField()
    amount = Money()
    tax = Money()
    late = serializers.BooleanField()
    reverses = serializers.IntegerField(allow_null=True)
    call = serializers.IntegerField(allow_null=True)
    minibar = MinibarOut(allow_null=True)
    acknowledgement = serializers.ChoiceField(choices=Charge.Acknowledgement.choices)


class ChargePage(serializers.Serializer[Any]):
    results = ChargeOut(many=True)
    next = serializers.CharField(allow_null=True)


class FolioOut(serializers.Serializer[Any]):
    """``subtotal + tax = total``; lines are gross where prices contain the tax."""

    lines = ChargeOut(many=True)
    subtotal = Money()
    tax = Money()
    total = Money()
    payments = Money()
    balance = Money()


def render(found: Sequence[Charge]) -> list[dict[str, Any]]:
    """Charges for an answer."""
    return [dict(ChargeOut(_charge(charge)).data) for charge in found]


def _charge(charge: Charge) -> dict[str, Any]:
    currency = charge.property.currency
    is_minibar = charge.type == Charge.Type.MINIBAR
    return {
        "id": charge.pk,
        "sequence": charge.sequence,
        "type": charge.type,
        "stay": charge.stay.reference,
        "room": charge.room.number if charge.room else None,
        "occurred_at": charge.occurred_at,
        "posted_at": charge.posted_at,
        "description": charge.description,
        "amount": money(charge.amount, currency),
        "tax": money(charge.tax, currency),
        "late": charge.late,
        "reverses": charge.reverses_id,
        "call": charge.call_id,
        "minibar": (
            {"product": charge.product_code, "quantity": charge.quantity} if is_minibar else None
        ),
        "acknowledgement": charge.acknowledgement,
    }


class ChargeView(PropertyView):
    """What the resources of charges share."""

    def rows(self) -> Any:
        """The property's charges with what an answer shows of them."""
        return Charge.objects.filter(property=self.property).select_related(
            "property", "stay__property", "room", "product", "call"
        )

    def charge(self, number: int) -> Charge:
        """The charge of an address."""
        found: Charge | None = self.rows().filter(pk=number).first() if number < 2**63 else None
        if found is None:
            raise Refusal("charge_not_found", "There is no such charge.", "not_found")
        return found


class ChargeList(ChargeView):
    scopes = {"GET": "charges:read", "POST": "charges:write"}

    @extend_schema(
        operation_id="charges_list",
        summary="Charges, in the order of their posting numbers",
        parameters=[
            OpenApiParameter("stay"),
            OpenApiParameter("type", enum=Charge.Type.values),
            OpenApiParameter("acknowledged", OpenApiTypes.BOOL),
            paging.LIMIT,
            paging.CURSOR,
        ],
        responses=ChargePage,
    )
    def get(self, request: Request, code: str) -> Response:
        rows = self.rows()
        if stay := paging.text(request, "stay"):
            rows = rows.filter(stay__reference=stay)
        if kind := paging.choice(request, "type", Charge.Type.values):
            rows = rows.filter(type=kind)
        if acknowledged := paging.choice(request, "acknowledged", ["true", "false"]):
            pending = Charge.Acknowledgement.PENDING
            rows = (
                rows.exclude(acknowledgement=pending)
                if acknowledged == "true"
                else rows.filter(acknowledgement=pending)
            )
        return paging.page(request, rows, render, key="sequence")

    @extend_schema(
        operation_id="charges_create",
        summary="Charge something by hand",
        request=ChargeIn,
        responses={201: OpenApiResponse(ChargeOut)},
    )
    def post(self, request: Request, code: str) -> Response:
        fields = self.body(request, ChargeIn)
        stay = self.stay_in_body(fields["stay"])
        if fields["type"] == "minibar":
            charge = self._minibar(stay, fields)
        else:
            for name in ("amount", "description"):
                if name not in fields:
                    raise invalid(f"/{name}", "This is needed for a charge of type other.")
            charge = posting.charge_other(
                stay, fields["amount"], fields["description"], actor=self.actor
            )
        return Response(render([self.charge(charge.pk)])[0], status=201)

    def _minibar(self, stay: Any, fields: dict[str, Any]) -> Charge:
        for name in ("amount", "description"):
            if name in fields:
                raise invalid(f"/{name}", "The minibar's prices are the hotel's.")
        product = minibar.product_of(self.property, fields.get("product", ""))
        if product is None:
            raise invalid("/product", "There is no such minibar product.")
        return posting.charge_minibar(stay, product, fields.get("quantity", 1), actor=self.actor)


class ChargeReverse(ChargeView):
    scopes = {"POST": "charges:write"}

    @extend_schema(
        operation_id="charges_reverse",
        summary="Take a charge back by a new, negative one",
        request=ReasonIn,
        responses={201: OpenApiResponse(ChargeOut)},
    )
    def post(self, request: Request, code: str, number: int) -> Response:
        charge = self.charge(number)
        fields = self.body(request, ReasonIn)
        reversal = posting.reverse(charge, actor=self.actor, reason=fields["reason"])
        return Response(render([self.charge(reversal.pk)])[0], status=201)


class ChargeAcknowledgement(ChargeView):
    scopes = {"POST": "charges:write"}

    @extend_schema(
        operation_id="charges_acknowledge",
        summary="Say whether the posting was taken over",
        request=AcknowledgementIn,
        responses={200: OpenApiResponse(ChargeOut)},
    )
    def post(self, request: Request, code: str, number: int) -> Response:
        charge = self.charge(number)
        fields = self.body(request, AcknowledgementIn)
        posting.acknowledge(charge, fields["status"], actor=self.actor, reason=fields["reason"])
        return Response(render([self.charge(number)])[0])


class FolioDetail(PropertyView):
    scopes = {"GET": "charges:read"}

    @extend_schema(operation_id="folio_read", summary="What a stay owes", responses=FolioOut)
    def get(self, request: Request, code: str, reference: str) -> Response:
        folio = folio_of(self.stay(reference))
        sums = {
            name: money(getattr(folio, name), folio.currency)
            for name in ("subtotal", "tax", "total", "payments", "balance")
        }
        return Response(FolioOut({"lines": [_charge(line) for line in folio.lines], **sums}).data)
