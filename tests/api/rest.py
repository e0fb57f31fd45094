"""A test client that validates each response against the OpenAPI document."""

import json
import re
from functools import cache
from typing import Any, Final
from urllib.parse import quote, unquote, urlencode

from django.test import Client
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from api.models import SCOPES, ApiKey
from api.openapi.schema import document
from hotelpbx.clock import now
from rooms.models import Property

PDF: Final = "application/pdf"
PROBLEM: Final = {"type", "title", "status", "detail", "code", "request_id", "errors"}


def issue(hotel: Property, *scopes: str, name: str = "PMS") -> str:
    """A key of the hotel with these scopes; with none named, with all."""
    row, key = ApiKey.issue(hotel, name, list(scopes or SCOPES), created_at=now())
    row.save()
    return key


class Answer:
    """What came back. ``body``: parsed, of a PDF its bytes; None where there is none."""

    def __init__(self, response: Any) -> None:
        self.status = response.status_code
        self.headers = response.headers
        self.content_type = response.headers.get("Content-Type", "")
        self.body: Any = response.content or None
        if self.body and self.content_type != PDF:
            self.body = json.loads(self.body)

    @property
    def code(self) -> str:
        """The code of a problem; empty: it is none."""
        return str(self.body.get("code", "")) if self.status >= 400 else ""

    @property
    def pointers(self) -> list[str]:
        """Where a problem points to."""
        return [each["pointer"] for each in self.body["errors"]]

    def __repr__(self) -> str:
        return f"{self.status} {self.body}"


class Rest:
    """A program with a key, below ``/api/v1/properties/{code}/``."""

    def __init__(self, hotel: Property, key: str | None = None, *, code: str = "") -> None:
        self.root = f"/api/v1/properties/{code or hotel.code}/"
        self.headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client = Client(raise_request_exception=False)

    def get(self, path: str, **query: Any) -> Answer:
        return self.send("GET", path + (f"?{urlencode(query)}" if query else ""))

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self.send("POST", path, body, **headers)

    def put(self, path: str, body: Any) -> Answer:
        return self.send("PUT", path, body)

    def patch(self, path: str, body: Any, **headers: str) -> Answer:
        return self.send("PATCH", path, body, **headers)

    def delete(self, path: str) -> Answer:
        return self.send("DELETE", path)

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        content_type: str = "application/json",
        **headers: str,
    ) -> Answer:
        """``body``: bytes go out as they are, anything else as JSON. ``path`` from the property
        on, or an address as ``next`` gives it."""
        raw = body if isinstance(body, bytes) else b"" if body is None else dumped(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        address = path if path.startswith(("/", "http")) else self.root + path
        response = self._client.generic(
            method,
            address.removeprefix("http://testserver"),
            raw,
            content_type=content_type if raw else "",
            headers={**self.headers, **named},
        )
        answer = Answer(response)
        must_conform(method, address.removeprefix("http://testserver"), answer)
        return answer

    def pages(self, path: str, **query: Any) -> list[Any]:
        """All results of a list, page by page."""
        found: list[Any] = []
        answer = self.get(path, **query)
        while True:
            assert answer.status == 200, answer
            found += answer.body["results"]
            if answer.body["next"] is None:
                return found
            answer = self.send("GET", answer.body["next"])


def dumped(body: Any) -> bytes:
    """JSON as bytes; halves of characters stay escaped."""
    return json.dumps(body).encode()


def escaped(reference: str) -> str:
    """A reference as a part of an address."""
    return quote(reference, safe="")


def must_conform(method: str, address: str, answer: Answer) -> None:
    """The answer is one that the OpenAPI document promises, or a problem."""
    assert answer.headers["X-Request-ID"]
    if answer.status >= 400:
        assert answer.content_type == "application/problem+json", answer
        assert set(answer.body) == PROBLEM, answer
        assert answer.body["status"] == answer.status
        assert answer.body["request_id"] == answer.headers["X-Request-ID"]
        _validator("#/components/schemas/Problem").validate(answer.body)
    operation = _operation(method, unquote(address.partition("?")[0]))
    if operation is None or answer.status == 405:
        with_slash = answer.status == 422 and "%2F" in address
        assert with_slash or answer.status in (401, 403, 404, 405), answer
        return
    assert str(answer.status) in operation["responses"], answer
    promised = operation["responses"][str(answer.status)]
    if answer.status >= 400:
        (content,) = promised["content"].values()
        assert answer.code in content["examples"], f"{answer} is not among the promised"
    elif PDF in promised.get("content", ()) and method != "HEAD":
        assert answer.content_type == PDF
        assert answer.body.startswith(b"%PDF-")
    elif "content" in promised and method != "HEAD":
        (content,) = promised["content"].values()
        _validator(content["schema"]["$ref"]).validate(answer.body)
    else:
        assert answer.body is None


def _operation(method: str, path: str) -> dict[str, Any] | None:
    for template, methods in document()["paths"].items():
        numeric = any(
            each["name"] == "id" and each["schema"] == {"type": "integer"}
            for operation in methods.values()
            for each in operation["parameters"]
        )
        pattern = template.replace("{id}", "[0-9]+") if numeric else template
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", pattern), path):
            found: dict[str, Any] | None = methods.get(method.lower())
            return found
    return None


@cache
def _validator(reference: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": reference, "components": document()["components"]})
