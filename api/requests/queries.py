"""Declarations of query parameters."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True)
class Query:
    """A query parameter. ``schema``: its JSON schema, for the OpenAPI document."""

    name: str
    words: str
    schema: dict[str, Any]


def text(name: str, words: str) -> Query:
    """A string parameter."""
    return Query(name, words, {"type": "string"})


def choice(name: str, words: str, choices: Sequence[str]) -> Query:
    """A parameter that is one of several strings."""
    return Query(name, words, {"type": "string", "enum": list(choices)})


def whole(name: str, words: str) -> Query:
    """An integer parameter."""
    return Query(name, words, {"type": "integer", "minimum": 0})


def instant(name: str, words: str) -> Query:
    """An instant parameter (RFC 3339)."""
    return Query(name, words, {"type": "string", "format": "date-time"})


LIMIT: Final = Query(
    "limit",
    "the maximum number of results",
    {"type": "integer", "minimum": 1, "maximum": 200, "default": 50},
)
CURSOR: Final = Query("cursor", "start of the page, as given in next", {"type": "string"})
PAGED: Final = (LIMIT, CURSOR)
