"""A transport with scripted answers, and the manual's examples."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

RECORDED = Path(__file__).parents[2] / "recorded"


def recorded(name: str) -> str:
    """An example of the manual, as text."""
    return (RECORDED / name).read_text(encoding="utf-8")


def example(name: str) -> Any:
    """An example of the manual that is JSON, as an object."""
    return json.loads(recorded(name))


def failed(errno: str | int) -> str:
    """An error answer of the PBX."""
    return json.dumps({"status": "Failed", "errno": errno})


class ScriptedTransport:
    """Gives its answers in order, and records the requests: (path, query, body)."""

    def __init__(self, *answers: str | Exception) -> None:
        self._answers = list(answers)
        self.asked: list[tuple[str, dict[str, str], Any]] = []

    def post(self, path: str, query: Mapping[str, str], body: Mapping[str, Any]) -> str:
        self.asked.append((path, dict(query), json.loads(json.dumps(body))))
        return self._next()

    def get_text(self, path: str, query: Mapping[str, str]) -> str:
        self.asked.append((path, dict(query), None))
        return self._next()

    def _next(self) -> str:
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


class Tokens:
    """Tokens in order: it starts with the first, and each renewal takes the next."""

    def __init__(self, *tokens: str) -> None:
        self._tokens = list(tokens or ("first", "second"))
        self.renewed: list[str] = []

    def token(self) -> str:
        return self._tokens[0]

    def renew(self, stale: str) -> str:
        self.renewed.append(stale)
        return self._tokens.pop(1)
