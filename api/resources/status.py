"""``status/``: how the whole is."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import PropertyView
from api.health import checks, overall

STATES = ["ok", "degraded", "down"]


class CheckOut(serializers.Serializer[Any]):
    """One of the things that are watched."""

    name = serializers.CharField()
    state = serializers.ChoiceField(choices=STATES)
    detail = serializers.CharField()
    since = serializers.DateTimeField(allow_null=True)


class StatusOut(serializers.Serializer[Any]):
    """``down``: nothing works without a person; ``degraded``: somebody should look."""

    state = serializers.ChoiceField(choices=STATES)
    checks = CheckOut(many=True)


class Status(PropertyView):
    scopes = {"GET": "status:read"}

    @extend_schema(operation_id="status_read", summary="How the whole is", responses=StatusOut)
    def get(self, request: Request, code: str) -> Response:
        found = checks(self.property)
        return Response(StatusOut({"state": overall(found), "checks": found}).data)
