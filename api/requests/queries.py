"""What may stand behind ``?`` in an address."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True)
class Query:
    """One parameter. ``schema``: its JSON schema, for the OpenAPI document."""

    name: str
    words: str
    schema: dict[str, Any]


def text(name: str, words: str) -> Query:
    """A word."""
    return Query(name, words, {"type": "string"})


def choice(name: str, words: str, choices: Sequence[str]) -> Query:
    """One of some words."""
    return Query(name, words, {"type": "string", "enum": list(choices)})


def whole(name: str, words: str) -> Query:
    """A whole number."""
    return Query(name, words, {"type": "integer", "minimum": 0})


def instant(name: str, words: str) -> Query:
    """An instant (RFC 3339)."""
    return Query(name, words, {"type": "string", "format": "date-time"})


LIMIT: Final = Query(
    "limit",
    "how many at most",
    {"type": "integer", "minimum": 1, "maximum": 200, "default": 50},
)
CURSOR: Final = Query("cursor", "where the page begins; taken from next", {"type": "string"})
PAGED: Final = (LIMIT, CURSOR)
