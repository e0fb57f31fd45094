"""How the OpenAPI document is written: problems everywhere, one tag a resource."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse

from api.fields import Problem

_PROBLEM = OpenApiResponse(Problem, description="A problem document (RFC 9457)")


class Schema(AutoSchema):
    """Adds what every operation has in common."""

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/v1/properties/{code}/").partition("/")[0]]

    def get_response_serializers(self) -> Any:
        """The resource's own answers, and a problem for everything else."""
        own = super().get_response_serializers()
        if not isinstance(own, dict):
            own = {200: own}
        return {**own, "default": _PROBLEM}
