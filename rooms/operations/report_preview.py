"""Showing what came from outside, whatever it is: for a person to read, and harmless to a page."""

import codecs
import unicodedata

# Written as they are; everything else that is no visible character is spelt out.
_PLAIN = "\n\t"
# Controls, invisible marks (some turn the direction of writing), halves, private, unassigned.
_UNSEEN = ("C", "Zl", "Zp")


def readable(head: bytes, size: int) -> str:
    """The beginning of ``size`` bytes as text; what is no text is spelt ``\\x00``.

    :param head: as many of the bytes as shall be shown
    """
    # A character that the cut has halved is left out, not spelt.
    whole = size <= len(head)
    text, _ = codecs.utf_8_decode(head, "backslashreplace", whole)
    shown = "".join(map(_seen, text))
    return shown if whole else f"{shown}\n… {len(head)} of {size} bytes are shown."


def _seen(character: str) -> str:
    if character in _PLAIN or not unicodedata.category(character).startswith(_UNSEEN):
        return character
    return character.encode("unicode_escape").decode()
