"""One way of writing before anything is read."""

import unicodedata
from typing import Final

# Characters that look like a colon or an apostrophe and that NFKC does not change.
_SIGNS: Final = str.maketrans(
    {"∶": ":", "꞉": ":", "ː": ":", "׃": ":", "’": "'", "‘": "'", "´": "'"}
)


def plain(text: str) -> str:
    """Full-width and other digits as ``0``–``9``, plain colons and blanks, capitals, and nothing
    that cannot be seen."""
    folded = unicodedata.normalize("NFKC", text).translate(_SIGNS)
    return "".join(_sign(each) for each in folded).upper()


def _sign(each: str) -> str:
    if unicodedata.category(each) == "Cf":
        return ""
    digit = unicodedata.decimal(each, None)
    return each if digit is None else str(digit)
