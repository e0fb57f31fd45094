"""Cleaning entered text for printing."""

import unicodedata
from typing import Final

# Control characters, invisible and direction marks, private use, surrogates, unassigned: none
# has a glyph.
_UNPRINTABLE: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
_BLANK: Final = frozenset({"Zs", "Zl", "Zp"})
# Variation selectors, which choose a form of the character before them.
_SELECTORS: Final = frozenset((*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))


def printable(text: str) -> str:
    """``text`` as one line of visible characters, in NFC, with single spaces."""
    shown = "".join(map(_shown, unicodedata.normalize("NFC", text)))
    return " ".join(shown.split())


def _shown(letter: str) -> str:
    if letter.isspace() or unicodedata.category(letter) in _BLANK:
        return " "
    hidden = ord(letter) in _SELECTORS or unicodedata.category(letter) in _UNPRINTABLE
    return "" if hidden else letter
