"""Serving the OpenAPI document, and a page made from it without scripts or external files."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from api.base import AlwaysJson
from api.errors.codes import CODES
from api.models import SCOPES
from api.openapi.schema import document

_CODE: Final = re.compile(r"``(.+?)``")
_METHODS: Final = ("get", "post", "put", "patch", "delete")


class _Public(APIView):
    """Can be read without a key."""

    authentication_classes = ()
    permission_classes = ()
    content_negotiation_class = AlwaysJson
    http_method_names = ["get", "head"]


class SchemaDocument(_Public):
    """``/api/v1/schema/``"""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        return JsonResponse(document(), content_type="application/vnd.oai.openapi+json")


class Docs(_Public):
    """``/api/v1/docs/``"""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        """Every operation with its scope, parameters, body, responses and errors."""
        found = document()
        context = {
            "resources": _resources(found),
            "objects": _objects(found),
            "codes": [(code, *meaning) for code, meaning in CODES.items()],
            "scopes": SCOPES,
        }
        return HttpResponse(render_to_string("api/docs.html", context))


def _resources(found: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The operations, by resource."""
    resources: dict[str, list[dict[str, Any]]] = {}
    for path, methods in found["paths"].items():
        for method in _METHODS:
            if method in methods:
                operation = _operation(method, path, methods[method])
                resources.setdefault(methods[method]["tags"][0], []).append(operation)
    return resources


def _operation(method: str, path: str, operation: dict[str, Any]) -> dict[str, Any]:
    answers = operation["responses"]
    body = _content(operation.get("requestBody", {}))
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation["summary"],
        "description": _marked(operation.get("description", "")),
        "scope": operation["security"][0]["apiKey"][0],
        "parameters": [
            {**each, "kind": _kind(each["schema"])}
            for each in operation["parameters"]
            if each["name"] != "code"
        ],
        "body": body,
        "answers": [
            {"status": status, **_content(answer), "words": answer["description"]}
            for status, answer in answers.items()
            if status < "300"
        ],
        "problems": [
            (status, list(_content(answer)["examples"]))
            for status, answer in answers.items()
            if "300" <= status < "600"
        ],
    }


def _content(part: dict[str, Any]) -> dict[str, Any]:
    """The object of a request or response body, with its examples."""
    for content in part.get("content", {}).values():
        examples = {
            name: json.dumps(each["value"], indent=2, ensure_ascii=False)
            for name, each in content.get("examples", {}).items()
        }
        return {"object": _object(content["schema"]), "examples": examples}
    return {}


def _objects(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Objects and enumerations, in alphabetical order."""
    return [
        {
            "name": name,
            # The description of an enumeration only repeats its values.
            "description": "" if "enum" in schema else _marked(schema.get("description", "")),
            "fields": list(_fields(schema)),
            "words": schema.get("enum", ()),
        }
        for name, schema in sorted(found["components"]["schemas"].items())
    ]


def _fields(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name, field in schema.get("properties", {}).items():
        yield {
            "name": name,
            "kind": _kind(field),
            "object": _object(field),
            "required": name in schema.get("required", []),
            "description": field.get("description", ""),
        }


def _marked(text: str) -> SafeString:
    """A docstring as HTML, with ``names`` marked as code."""
    return mark_safe(_CODE.sub(r"<code>\1</code>", escape(text)))  # noqa: S308  escaped before


def _kind(field: dict[str, Any]) -> str:
    """The type of a value in words: the name of an object, or a JSON type."""
    if "$ref" in field:
        return str(field["$ref"]).rpartition("/")[2]
    for wrapper in ("allOf", "oneOf", "anyOf"):
        if wrapper in field:
            return " or ".join(dict.fromkeys(map(_kind, field[wrapper])))
    if "enum" in field:
        return " · ".join("null" if each is None else str(each) for each in field["enum"])
    if field.get("type") == "array":
        return f"list of {_kind(field['items'])}"
    kinds = field.get("type", "any")
    words = " or ".join(kinds) if isinstance(kinds, list) else str(kinds)
    return f"{words} ({field['format']})" if "format" in field else words


def _object(field: dict[str, Any]) -> str:
    """The object to which a field refers, for a link; empty if none."""
    if "$ref" in field:
        return _kind(field)
    inner = [*field.get("allOf", ()), *field.get("oneOf", ()), *field.get("anyOf", ())]
    if "items" in field:
        inner.append(field["items"])
    return next(filter(None, map(_object, inner)), "")
