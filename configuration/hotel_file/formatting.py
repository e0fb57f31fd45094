"""Quoting and suggestions for the messages of the hotel file."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

_SHOWN: Final = 60


def quoted(text: str) -> str:
    """``text`` in quotes, shortened if long, with line breaks made visible."""
    visible = text if text.isprintable() else repr(text)[1:-1]
    return f'"{visible[:_SHOWN]}{"…" if len(visible) > _SHOWN else ""}"'


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``; did you mean "…"?``, or nothing if no known word is close."""
    close = get_close_matches(word, known, n=1)
    return f'; did you mean "{close[0]}"?' if close else ""
