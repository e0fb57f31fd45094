"""``/api/v1/docs/``: the OpenAPI document as a page, without scripts and without the Internet."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator

_METHODS = ("get", "post", "put", "patch", "delete")


def docs(request: HttpRequest) -> HttpResponse:
    """Every operation with its scope, fields and answers."""
    return render(request, "api/docs.html", {"operations": _operations(), "schemas": _schemas()})


@cache
def _document() -> dict[str, Any]:
    generator: Any = SchemaGenerator()  # type: ignore[no-untyped-call]
    document: dict[str, Any] = generator.get_schema(request=None, public=True)
    return document


def _operations() -> list[dict[str, Any]]:
    return [
        {
            "method": method.upper(),
            "path": path,
            "summary": operation.get("summary", ""),
            "scope": _scope(operation),
            "parameters": [
                each for each in operation.get("parameters", []) if each["in"] == "query"
            ],
            "body": _schema_name(operation.get("requestBody", {})),
            "answers": [
                (status, _schema_name(answer))
                for status, answer in operation.get("responses", {}).items()
            ],
        }
        for path, methods in _document()["paths"].items()
        if path.startswith("/api/v1/properties/")
        for method, operation in methods.items()
        if method in _METHODS
    ]


def _scope(operation: dict[str, Any]) -> str:
    return ", ".join(
        scope
        for requirement in operation.get("security", [])
        for scopes in requirement.values()
        for scope in scopes
    )


def _schemas() -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "description": schema.get("description", ""),
            "fields": list(_fields(schema)),
        }
        for name, schema in sorted(_document()["components"]["schemas"].items())
        if "properties" in schema
    ]


def _fields(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name, field in schema["properties"].items():
        yield {
            "name": name,
            "kind": _kind(field),
            "required": name in schema.get("required", []),
            "description": field.get("description", ""),
        }


def _kind(field: dict[str, Any]) -> str:
    if "$ref" in field:
        return str(field["$ref"]).rpartition("/")[2]
    for wrapper in ("allOf", "oneOf", "anyOf"):
        if wrapper in field:
            return " or ".join(_kind(each) for each in field[wrapper])
    if "enum" in field:
        return " · ".join(map(str, field["enum"]))
    if field.get("type") == "array":
        return f"list of {_kind(field.get('items', {}))}"
    kinds = field.get("type", "any")
    words = " or ".join(kinds) if isinstance(kinds, list) else str(kinds)
    return f"{words} ({field['format']})" if "format" in field else words


def _schema_name(part: dict[str, Any]) -> str:
    for content in part.get("content", {}).values():
        return _kind(content.get("schema", {}))
    return ""
