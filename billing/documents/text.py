"""Text that people have entered, made fit for paper."""

import unicodedata
from typing import Final

# Controls; marks that turn the direction of what follows or cannot be seen; private use; halves
# of characters. None of them has a picture of its own.
_UNPRINTABLE: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
_BLANK: Final = frozenset({"Zs", "Zl", "Zp"})
# They choose among the forms of the letter before them.
_SELECTORS: Final = frozenset((*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))


def printable(text: str) -> str:
    """One line of visible characters, composed, with single blanks."""
    shown = "".join(map(_shown, unicodedata.normalize("NFC", text)))
    return " ".join(shown.split())


def _shown(letter: str) -> str:
    if letter.isspace() or unicodedata.category(letter) in _BLANK:
        return " "
    hidden = ord(letter) in _SELECTORS or unicodedata.category(letter) in _UNPRINTABLE
    return "" if hidden else letter
