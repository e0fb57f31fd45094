"""Every address that the web port serves, as the resolver knows them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.urls import URLPattern, URLResolver, get_resolver

# Where a part of an address has the same name in several of them: which of the world's names
# stands there. Anything else goes by its own name.
_MEANT: Final = {
    "api-keys": "key",
    "reverse": "charge",
    "payments": "payment",
    "lists": "job",
    "jobs": "job",
    "compare": "run",
    "wake-up-calls": "call",
    "charges": "charge",
    "attention": "item",
    "settings": "row",
    "invitations": "invitation",
}
_PART: Final = re.compile(r"<(?:(\w+):)?(\w+)>")


@dataclass(frozen=True)
class Address:
    """``route``: as it is written in the code, parts in ``<>``."""

    route: str
    view: Any

    def __str__(self) -> str:
        return self.route

    @property
    def parts(self) -> list[str]:
        """The names of its parts."""
        return [name for _, name in _PART.findall(self.route)]

    def of(self, names: dict[str, str], **instead: str) -> str:
        """The address with its parts filled in."""
        pieces = self.route.split("/")
        for place, piece in enumerate(pieces):
            for found in _PART.finditer(piece):
                name = found[2]
                value = instead.get(name) or names[self._meant(pieces[:place], name, names)]
                pieces[place] = pieces[place].replace(found[0], value)
        return "/" + "/".join(pieces)

    def _meant(self, before: list[str], name: str, names: dict[str, str]) -> str:
        if name in names and name != "number":
            return name
        known = [_MEANT[piece] for piece in before if piece in _MEANT]
        return known[-1] if known and name not in names else name


def addresses() -> list[Address]:
    """All of them, the desk's and the API's."""
    return [
        Address(route, view)
        for route, view in _walk(get_resolver().url_patterns)
        if "^" not in route
    ]


def _walk(patterns: list[Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for each in patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _walk(each.url_patterns, route)
        elif isinstance(each, URLPattern):
            yield route, each.callback
