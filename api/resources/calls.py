"""``calls/``: the legs of calls recorded by the PBX."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.answers import Money
from api.base import PropertyView
from api.openapi import examples
from api.requests import paging, queries
from billing.models import Call
from billing.payloads import money


@extend_schema_serializer(examples=[OpenApiExample("Call", examples.CALL)])
class CallOut(serializers.Serializer[Any]):
    """One leg of a call. ``stay`` null: no stay, or unclaimed. ``amount`` null: unrated."""

    id = serializers.IntegerField()
    callid = serializers.CharField()
    stay = serializers.CharField(allow_null=True)
    room = serializers.CharField(allow_null=True)
    started_at = serializers.DateTimeField()
    to = serializers.CharField()
    direction = serializers.ChoiceField(choices=Call.Direction.choices)
    talk_seconds = serializers.IntegerField()
    billed_seconds = serializers.IntegerField()
    amount = Money(allow_null=True)
    rating = serializers.ChoiceField(choices=Call.Rating.choices)

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        # "from" is a Python keyword and cannot be declared like the others.
        return {**super().get_fields(), "from": serializers.CharField()}


class CallPage(serializers.Serializer[Any]):
    """One page of calls."""

    results = CallOut(many=True)
    next = serializers.CharField(allow_null=True)


def render(found: Sequence[Call]) -> list[dict[str, Any]]:
    """Calls for a response."""
    return [
        dict(
            CallOut(
                {
                    "id": call.pk,
                    "callid": call.callid,
                    "stay": call.stay.reference if call.stay else None,
                    "room": call.room.number if call.room else None,
                    "started_at": call.started_at,
                    "from": call.call_from,
                    "to": call.call_to,
                    "direction": call.direction,
                    "talk_seconds": call.talk_seconds,
                    "billed_seconds": call.billed_seconds,
                    "amount": _cost(call),
                    "rating": call.rating,
                }
            ).data
        )
        for call in found
    ]


def _cost(call: Call) -> dict[str, str] | None:
    return None if call.cost is None else money(call.cost, call.property.currency)


class CallList(PropertyView):
    """Includes free, incoming and internal calls."""

    scopes = {"GET": "charges:read"}
    parameters = (
        queries.text("stay", "only calls of this stay"),
        queries.instant("since", "only calls that began then or later"),
        *queries.PAGED,
    )

    @extend_schema(
        operation_id="calls_list",
        summary="Calls, in the order in which they were recorded",
        responses=CallPage,
    )
    def get(self, request: Request, code: str) -> Response:
        rows = Call.objects.filter(property=self.property).select_related(
            "property", "stay", "room"
        )
        if stay := paging.text(request, "stay"):
            rows = rows.filter(stay__reference=stay)
        if since := paging.instant(request, "since"):
            rows = rows.filter(started_at__gte=since)
        return paging.page(request, rows, render)
