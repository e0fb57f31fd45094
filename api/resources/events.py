"""``events/``: the durable log."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api import paging
from api.base import PropertyView
from events.log import number_events
from events.models import Event


class EventOut(serializers.Serializer[Any]):
    """Something that happened."""

    id = serializers.UUIDField()
    type = serializers.CharField()
    timestamp = serializers.DateTimeField(source="occurred_at")
    sequence = serializers.IntegerField()
    property = serializers.CharField(source="property_code")
    data = serializers.JSONField()  # type: ignore[assignment]


class EventPage(serializers.Serializer[Any]):
    results = EventOut(many=True)
    next = serializers.CharField(allow_null=True)


def render(found: Sequence[Event]) -> list[dict[str, Any]]:
    """Events for an answer."""
    rows: Any = EventOut(found, many=True).data
    return list(rows)


class EventList(PropertyView):
    scopes = {"GET": "events:read"}

    @extend_schema(
        operation_id="events_list",
        summary="What happened after a sequence number; who follows it misses nothing",
        parameters=[
            OpenApiParameter("after", OpenApiTypes.INT64),
            paging.LIMIT,
        ],
        responses=EventPage,
    )
    def get(self, request: Request, code: str) -> Response:
        number_events()  # so that nothing lags behind a lost message
        rows = Event.objects.filter(property_code=self.property.code, sequence__isnull=False)
        return paging.page(request, rows, render, key="sequence", cursor="after")
