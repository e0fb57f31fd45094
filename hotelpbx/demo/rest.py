"""The REST API as a PMS would use it."""

from typing import Any

import requests


class Rest:
    """Calls below ``/api/v1/properties/{code}/``; anything but a 2xx raises with the problem."""

    def __init__(self, base_url: str, code: str, key: str) -> None:
        self._root = f"{base_url}/api/v1/properties/{code}/"
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {key}"

    def get(self, path: str, **query: str) -> Any:
        """GET; the parsed answer."""
        return self._call("GET", path, query=query)

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """POST; the parsed answer."""
        return self._call("POST", path, body or {})

    def put(self, path: str, body: dict[str, Any]) -> Any:
        """PUT; the parsed answer."""
        return self._call("PUT", path, body)

    def _call(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        query: dict[str, str] | None = None,
    ) -> Any:
        answer = self._session.request(
            method, self._root + path, json=body, params=query, timeout=10
        )
        if not answer.ok:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
        return answer.json() if answer.content else None
