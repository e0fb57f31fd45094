"""How the OpenAPI document is written: problems everywhere, one tag a resource."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse

from api.fields import Problem
from api.problems import CONTENT_TYPE

_PROBLEM = OpenApiResponse(Problem, description="A problem document (RFC 9457)")


class Schema(AutoSchema):
    """Adds what every operation has in common."""

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/v1/properties/{code}/").partition("/")[0]]

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        """The resource's own answers, and a problem for everything else."""
        own = super()._get_response_bodies(direction)
        problem = self._get_response_for_code(  # type: ignore[no-untyped-call]
            _PROBLEM, "default", media_types=[CONTENT_TYPE], direction=direction
        )
        return {**own, "default": problem}
