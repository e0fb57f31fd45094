"""``status/``: the health of the installation."""

from typing import Any, Final

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import PropertyView
from api.openapi import examples
from rooms.operations.health import health_of

STATES: Final = ["ok", "degraded", "down"]
NAMES: Final = [
    "database",
    "broker",
    "workers",
    "pbx_link",
    "pbx_clock",
    "reports_backlog",
    "commands_backlog",
]


class CheckOut(serializers.Serializer[Any]):
    """One health check."""

    name = serializers.ChoiceField(choices=NAMES)
    state = serializers.ChoiceField(choices=STATES)
    detail = serializers.CharField()
    since = serializers.DateTimeField(allow_null=True)


@extend_schema_serializer(examples=[OpenApiExample("Status", examples.STATUS)])
class StatusOut(serializers.Serializer[Any]):
    """``down``: nothing is processed; ``degraded``: the desk works, but needs attention."""

    state = serializers.ChoiceField(choices=STATES)
    checks = CheckOut(many=True)


class Status(PropertyView):
    """Always 200, except without the database, when every response is a 503."""

    scopes = {"GET": "status:read"}

    @extend_schema(operation_id="status_read", summary="Health", responses=StatusOut)
    def get(self, request: Request, code: str) -> Response:
        return Response(StatusOut(health_of(self.property)).data)
