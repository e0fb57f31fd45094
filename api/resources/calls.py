"""``calls/``"""

from collections.abc import Sequence
from typing import Any

from django.utils.dateparse import parse_datetime
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api import paging
from api.base import PropertyView
from api.fields import Money, money
from billing.models import Call


class CallOut(serializers.Serializer[Any]):
    """One leg of a call. ``stay`` null: nobody's, or unclaimed."""

    id = serializers.IntegerField()
    callid = serializers.CharField()
    stay = serializers.CharField(allow_null=True)
    room = serializers.CharField(allow_null=True)
    started_at = serializers.DateTimeField()
    to = serializers.CharField()
    direction = serializers.ChoiceField(choices=Call.Direction.choices)
    talk_seconds = serializers.IntegerField()
    billed_seconds = serializers.IntegerField()
    amount = Money()
    rating = serializers.ChoiceField(choices=Call.Rating.choices)

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        # "from" is a word of the language and cannot be written as the others are.
        return {**super().get_fields(), "from": serializers.CharField()}


class CallPage(serializers.Serializer[Any]):
    results = CallOut(many=True)
    next = serializers.CharField(allow_null=True)


def render(found: Sequence[Call]) -> list[dict[str, Any]]:
    """Calls for an answer."""
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
                    "amount": money(call.amount, call.property.currency),
                    "rating": call.rating,
                }
            ).data
        )
        for call in found
    ]


class CallList(PropertyView):
    scopes = {"GET": "charges:read"}

    @extend_schema(
        operation_id="calls_list",
        summary="Calls, in the order in which they were recorded",
        parameters=[
            OpenApiParameter("stay"),
            OpenApiParameter("since", OpenApiTypes.DATETIME),
            paging.LIMIT,
            paging.CURSOR,
        ],
        responses=CallPage,
    )
    def get(self, request: Request, code: str) -> Response:
        rows = Call.objects.filter(property=self.property).select_related(
            "property", "stay", "room"
        )
        if stay := paging.text(request, "stay"):
            rows = rows.filter(stay__reference=stay)
        if since := paging.text(request, "since"):
            try:
                # A "+" that was not encoded arrives as a space.
                instant = parse_datetime(since.replace(" ", "+") if "T" in since else since)
            except ValueError:
                instant = None
            if instant is None or instant.tzinfo is None:
                raise paging.bad_query("since", "since must be like 2026-05-04T10:00:00Z.")
            rows = rows.filter(started_at__gte=instant)
        return paging.page(request, rows, render)
