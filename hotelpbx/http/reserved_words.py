"""Words that are part of URLs, read from the URL configuration: they cannot be names."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, Final

from django.conf import settings
from django.urls import URLResolver, get_resolver

from hotelpbx.http.health import PATHS

_WORD: Final = re.compile(r"[\w.-]+")
#: These cannot be names: programs and browsers remove such a part from a URL.
DOTS: Final = frozenset({".", ".."})


@cache
def reserved_first_words() -> frozenset[str]:
    """The first parts of URLs: ``api``, ``sign-in``, ``static`` …"""
    paths = [*_routes(get_resolver().url_patterns), settings.STATIC_URL, *PATHS]
    return _words(path.lstrip("/").split("/")[0] for path in paths)


@cache
def reserved_words_after(collection: str) -> frozenset[str]:
    """The parts of URLs anywhere after ``stays/`` or another collection: ``new``, ``check-in`` …"""
    found: list[str] = []
    for route in _routes(get_resolver().url_patterns):
        parts = route.split("/")
        if collection in parts:
            found += parts[parts.index(collection) + 1 :]
    return _words(found)


def name_fault(name: str, collection: str) -> str:
    """Why ``name`` cannot follow ``collection`` in a URL; empty if it can."""
    if not 1 <= len(name) <= 64 or not name.isprintable():
        return "has 1 to 64 printable characters"
    if "/" in name:
        return "has no slash in it"
    if name != name.strip():
        return "has no blank at its ends"
    if name in DOTS or name in reserved_words_after(collection):
        return f"is not {name}, which the addresses need for something else"
    return ""


def _routes(patterns: Iterable[Any], before: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern).removeprefix("^")
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        else:
            yield route


def _words(parts: Iterable[str]) -> frozenset[str]:
    return frozenset(part for part in parts if _WORD.fullmatch(part))
