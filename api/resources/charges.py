"""``charges/``: the lines of folios. Immutable: mistakes are reversed."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.answers import Money
from api.base import PropertyView, writes
from api.openapi import examples
from api.requests import paging, queries
from api.requests.fields import Amount, Body, Choice, Flag, Text, Whole
from billing import minibar
from billing.ledger import posting
from billing.models import Charge
from billing.payloads import money
from hotelpbx.refusals import Refusal, invalid
from rooms.models import Stay

# The fields of a charge of each type in addition to its stay; True: required.
_FIELDS: Final[Mapping[str, Mapping[str, bool]]] = {
    "other": {"description": True, "amount": True},
    "minibar": {"product": True, "quantity": False},
}


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Laundry",
            {
                "stay": "HB-1042",
                "type": "other",
                "description": "Laundry",
                "amount": {"amount": "45.00", "currency": "CNY"},
            },
        ),
        OpenApiExample(
            "Minibar",
            {"stay": "HB-1042", "type": "minibar", "product": "123456789", "quantity": 2},
        ),
    ]
)
class ChargeIn(Body):
    """``other`` needs a description and an amount, ``minibar`` a product and a quantity."""

    stay = Text(max_length=64)
    type = Choice(list(_FIELDS))
    description = Text(required=False)
    amount = Amount(required=False, help_text="money, or its amount alone as a string")
    product = Text(max_length=9, required=False, trim_whitespace=False)
    quantity = Whole(required=False, help_text="1 to 99; 1 by default")
    accept_over_limit = Flag(
        required=False, default=False, help_text="post it even if it exceeds the credit limit"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Check that the fields are those of the type."""
        own = _FIELDS[attrs["type"]]
        faults = {
            name: f"A charge of type {attrs['type']} does not have this."
            for fields in _FIELDS.values()
            for name in fields
            if name in attrs and name not in own
        } | {
            name: f"A charge of type {attrs['type']} needs this."
            for name, needed in own.items()
            if needed and name not in attrs
        }
        if faults:
            raise serializers.ValidationError(faults)
        return attrs


@extend_schema_serializer(examples=[OpenApiExample("Reversal", {"reason": "Not opened"})])
class ReasonIn(Body):
    """A short reason, optional."""

    reason = Text(required=False, allow_blank=True, default="")


@extend_schema_serializer(
    examples=[OpenApiExample("Rejected", {"status": "rejected", "reason": "Folio is closed"})]
)
class AcknowledgementIn(Body):
    """Whether the PMS accepted the posting."""

    status = Choice(["accepted", "rejected"])
    reason = Text(required=False, allow_blank=True, default="")


class MinibarOut(serializers.Serializer[Any]):
    """The product and quantity; a reversal has a negative quantity."""

    product = serializers.CharField()
    quantity = serializers.IntegerField(allow_null=True)


@extend_schema_serializer(examples=[OpenApiExample("Charge", examples.CHARGE)])
class ChargeOut(serializers.Serializer[Any]):
    """One line of a folio. ``reverses``: the id of the charge that it reverses; ``origin``: the
    id of the transferred charge of which it is all or a share."""

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
    origin = serializers.IntegerField(allow_null=True)
    call = serializers.IntegerField(allow_null=True)
    minibar = MinibarOut(allow_null=True)
    acknowledgement = serializers.ChoiceField(choices=Charge.Acknowledgement.choices)


class ChargePage(serializers.Serializer[Any]):
    """One page of charges."""

    results = ChargeOut(many=True)
    next = serializers.CharField(allow_null=True)


def render(found: Sequence[Charge]) -> list[dict[str, Any]]:
    """Charges for a response, selected with their property, stay and room."""
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
        "origin": charge.origin_id,
        "call": charge.call_id,
        "minibar": (
            {"product": charge.product_code, "quantity": charge.quantity} if is_minibar else None
        ),
        "acknowledgement": charge.acknowledgement,
    }


class ChargeView(PropertyView):
    """Base of the views of charges."""

    def rows(self) -> QuerySet[Charge]:
        """The property's charges, selected with what a response needs."""
        return Charge.objects.filter(property=self.property).select_related(
            "property", "stay__property", "room"
        )

    def charge(self, id_: int) -> Charge:
        """The charge named in the URL."""
        found = self.rows().filter(pk=id_).first()
        if found is None:
            raise Refusal("charge_not_found", "There is no such charge.", "not_found")
        return found


class ChargeList(ChargeView):
    """Charges of all stays, including those that have checked out."""

    scopes = {"GET": "charges:read", "POST": "charges:write"}
    refuses = {"POST": ["stay_not_in_house", "credit_limit_reached", "stay_not_found:422"]}
    parameters = (
        queries.text("stay", "only charges of this stay"),
        queries.choice("type", "only charges of this type", Charge.Type.values),
        queries.choice(
            "acknowledged", "false: only those not acknowledged by the PMS", ["true", "false"]
        ),
        *queries.PAGED,
    )

    @extend_schema(
        operation_id="charges_list",
        summary="Charges, in the order of their posting numbers",
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
        summary="Post a manual charge",
        request=ChargeIn,
        responses={201: ChargeOut},
    )
    @writes
    def post(self, request: Request, code: str) -> Response:
        fields = self.body(request, ChargeIn)
        stay = self.stay_in_body(fields["stay"])
        charge = self._minibar(stay, fields) if "product" in fields else self._other(stay, fields)
        return Response(render([self.charge(charge.pk)])[0], status=201)

    def _other(self, stay: Stay, fields: dict[str, Any]) -> Charge:
        return posting.charge_other(
            stay,
            fields["amount"],
            fields["description"],
            actor=self.actor,
            accept_over_limit=fields["accept_over_limit"],
        )

    def _minibar(self, stay: Stay, fields: dict[str, Any]) -> Charge:
        product = minibar.product_on_sale(self.property, fields["product"])
        if product is None:
            raise invalid("/product", "There is no such minibar product.")
        return posting.charge_minibar(
            stay,
            product,
            fields.get("quantity", 1),
            actor=self.actor,
            accept_over_limit=fields["accept_over_limit"],
        )


class ChargeReverse(ChargeView):
    """Once only; a reversal itself cannot be reversed."""

    scopes = {"POST": "charges:write"}
    refuses = {"POST": ["charge_not_found", "invalid_transition"]}

    @extend_schema(
        operation_id="charges_reverse",
        summary="Reverse a charge by a new, negative one",
        request=ReasonIn,
        responses={201: ChargeOut},
    )
    @writes
    def post(self, request: Request, code: str, id: int) -> Response:
        charge = self.charge(id)
        fields = self.body(request, ReasonIn)
        reversal = posting.reverse(charge, actor=self.actor, reason=fields["reason"])
        return Response(render([self.charge(reversal.pk)])[0], status=201)


class ChargeAcknowledgement(ChargeView):
    """May be repeated; the last request counts."""

    scopes = {"POST": "charges:write"}
    refuses = {"POST": ["charge_not_found"]}

    @extend_schema(
        operation_id="charges_acknowledge",
        summary="Acknowledge a posting as accepted or rejected",
        request=AcknowledgementIn,
        responses={200: ChargeOut},
    )
    @writes
    def post(self, request: Request, code: str, id: int) -> Response:
        charge = self.charge(id)
        fields = self.body(request, AcknowledgementIn)
        posting.acknowledge(charge, fields["status"], actor=self.actor, reason=fields["reason"])
        return Response(render([self.charge(id)])[0])
