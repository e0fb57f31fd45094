"""Generating the OpenAPI document from what the views declare."""

from functools import cache
from http import HTTPStatus
from typing import Any, Final

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from api.answers import Problem
from api.errors.codes import CODES, by_status
from api.errors.problems import CONTENT_TYPE
from api.requests.fields import Body

_PREFIX: Final = "/api/v1/properties/{code}/"
_PATH_PARAMETERS: Final = {
    "group": "the code of a group, as in `group` of its stays",
    "code": "the property's code",
    "reference": "the PMS's reservation number; at most 64 printable characters, no slash",
    "number": "the room's number",
    "id": "as in the list",
}


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document. It does not change while the process runs."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    found: dict[str, Any] = generator.get_schema(  # type: ignore[no-untyped-call]
        request=None, public=True
    )
    return found


class Schema(AutoSchema):
    """Adds the scopes, parameters and problems that a :class:`~api.base.PropertyView` declares."""

    view: Any
    method: str

    def get_tags(self) -> list[str]:
        """The resource: the first segment of the path after the property."""
        return [self.path.removeprefix(_PREFIX).partition("/")[0]]

    def get_auth(self) -> list[dict[str, Any]]:
        """The key, with the required scope."""
        super().get_auth()  # registers the security scheme
        return [{"apiKey": [self.view.scopes[self.method]]}]

    def get_serializer_name(self, serializer: Any, direction: Any) -> str:
        """``RoomOut`` is shown as Room, ``RoomIn`` as RoomInput."""
        name = str(super().get_serializer_name(serializer, direction))
        if name.endswith("Out"):
            return name.removesuffix("Out")
        return f"{name}put" if name.endswith("In") else name

    def _is_list_view(self, serializer: Any = None) -> bool:
        """False: lists are declared as pages."""
        return False

    def _get_parameters(self) -> list[dict[str, Any]]:
        """Path and query parameters, with descriptions."""
        found: list[dict[str, Any]] = super()._get_parameters()
        for parameter in found:
            if parameter["in"] == OpenApiParameter.PATH:
                parameter["description"] = _PATH_PARAMETERS[parameter["name"]]
        queries = self.view.parameters if self.method == "GET" else ()
        return found + [
            {"in": "query", "name": each.name, "description": each.words, "schema": each.schema}
            for each in queries
        ]

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        """The resource's own responses, and a problem for each possible error status."""
        found: dict[str, Any] = super()._get_response_bodies(direction)
        for granted, answer in found.items():
            answer["description"] = answer["description"] or HTTPStatus(int(granted)).phrase
        own = self.view.refuses.get(self.method, ())
        problem = self.resolve_serializer(Problem, direction).ref
        for status, codes in by_status(self.method, own).items():
            found[str(status)] = {
                "description": "\n".join(f"- `{code}`: {CODES[code][1]}" for code in codes),
                "content": {
                    CONTENT_TYPE: {
                        "schema": problem,
                        "examples": {code: {"value": _example(status, code)} for code in codes},
                    }
                },
            }
        other = {"content": {CONTENT_TYPE: {"schema": problem}}, "description": "Any other problem"}
        return {**found, "default": other}

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> dict[str, Any]:
        """Request bodies have no additional properties."""
        found: dict[str, Any] = super()._map_basic_serializer(  # type: ignore[no-untyped-call]
            serializer, direction
        )
        if isinstance(serializer, Body):
            found["additionalProperties"] = False
        return found


def _example(status: int, code: str) -> dict[str, Any]:
    errors = [{"pointer": "/room", "detail": "…"}] if status == 422 else []
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": CODES[code][1],
        "code": code,
        "request_id": "6f0a2c1d9b8e4f7a8c3b5d2e1f0a9b8c",
        "errors": errors,
    }
