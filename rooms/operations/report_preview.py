"""A preview of a raw report: readable for a person and safe on a web page."""

import codecs
import unicodedata

# Kept as they are; all other invisible characters are escaped.
_PLAIN = "\n\t"
# Categories of Unicode: control, format (some reverse the writing direction), surrogate, private
# use, unassigned; line and paragraph separators.
_INVISIBLE = ("C", "Zl", "Zp")


def preview(head: bytes, size: int) -> str:
    """The beginning of a body of ``size`` bytes as text, with other bytes as ``\\x00``.

    :param head: the bytes to show
    """
    # A character that the cut has split is left out, not escaped.
    whole = size <= len(head)
    text, _ = codecs.utf_8_decode(head, "backslashreplace", whole)
    shown = "".join(map(_escape, text))
    return shown if whole else f"{shown}\n… {len(head)} of {size} bytes are shown."


def _escape(character: str) -> str:
    if character in _PLAIN or not unicodedata.category(character).startswith(_INVISIBLE):
        return character
    return character.encode("unicode_escape").decode()
