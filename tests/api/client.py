"""A PMS with a key."""

import json
from typing import Any

from django.test import Client

from api.models import SCOPES, ApiKey
from hotelpbx.clock import now
from rooms.models import Property


class Pms:
    """Calls below the property's address; keeps the last answer's headers in ``answer``."""

    def __init__(self, hotel: Property, *scopes: str, code: str = "") -> None:
        row, key = ApiKey.issue(hotel, "pms", list(scopes or SCOPES), created_at=now())
        row.save()
        self.row = row
        self.root = f"/api/v1/properties/{code or hotel.code}/"
        self._client = Client(raise_request_exception=False)
        self._headers = {"Authorization": f"Bearer {key}"}
        self.answer: Any = None

    def call(
        self, method: str, path: str, body: Any = None, *, raw: bytes | None = None, **headers: Any
    ) -> tuple[int, Any]:
        """Status and parsed body."""
        content = raw if raw is not None else (b"" if body is None else json.dumps(body).encode())
        self.answer = self._client.generic(
            method,
            path if path.startswith("/") else self.root + path,
            content,
            content_type=headers.pop("content_type", "application/json"),
            headers={**self._headers, **headers},
        )
        text = self.answer.content
        return self.answer.status_code, json.loads(text) if text else None

    def get(self, path: str) -> tuple[int, Any]:
        return self.call("GET", path)

    def post(self, path: str, body: Any = None) -> tuple[int, Any]:
        return self.call("POST", path, body)

    def put(self, path: str, body: Any) -> tuple[int, Any]:
        return self.call("PUT", path, body)
