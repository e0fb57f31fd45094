"""``events/``: the durable log."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import PropertyView
from api.openapi import examples
from api.requests import paging, queries
from events.log import number_events
from events.models import Event


@extend_schema_serializer(examples=[OpenApiExample("Event", examples.EVENT)])
class EventOut(serializers.Serializer[Any]):
    """An event. ``id`` is the same when a webhook carries it."""

    id = serializers.UUIDField()
    type = serializers.CharField()
    timestamp = serializers.DateTimeField(source="occurred_at")
    sequence = serializers.IntegerField()
    property = serializers.CharField(source="property_code")

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        # "data" is an attribute of the class itself.
        return {**super().get_fields(), "data": serializers.DictField()}


class EventPage(serializers.Serializer[Any]):
    """One page of events."""

    results = EventOut(many=True)
    next = serializers.CharField(allow_null=True)


def render(found: Sequence[Event]) -> list[dict[str, Any]]:
    """Events for a response."""
    return list(EventOut(found, many=True).data)


class EventList(PropertyView):
    """Kept for at least 30 days. A smaller ``sequence`` never appears after a larger one."""

    scopes = {"GET": "events:read"}
    parameters = (
        queries.whole("after", "only events with a larger sequence; 0 or nothing: from the first"),
        queries.LIMIT,
    )

    @extend_schema(
        operation_id="events_list",
        summary="Events after a sequence number, without gaps",
        responses=EventPage,
    )
    def get(self, request: Request, code: str) -> Response:
        number_events()  # so that nothing lags behind a lost message
        rows = Event.objects.filter(property_code=self.property.code, sequence__isnull=False)
        return paging.page(request, rows, render, key="sequence", cursor="after")
