"""Dial patterns of outbound routes: which numbers a route allows.

``X`` is a digit, ``Z`` one from 1, ``N`` one from 2, ``[1-37]`` one of those; a final ``.``
stands for one or more digits, a final ``!`` for any number of digits, including none. Anything
else is literal.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

DIGITS: Final = "0123456789"

_CLASSES: Final = {"X": DIGITS, "Z": DIGITS[1:], "N": DIGITS[2:]}
_PART: Final = re.compile(r"\[([0-9*#+-]+)\]|([XZN])|([0-9*#+])", re.I)


class Rest(Enum):
    """What may follow the positions that a pattern describes."""

    NOTHING = ""
    SOME = "."
    ANYTHING = "!"


@dataclass(frozen=True)
class DialPattern:
    """A parsed pattern.

    :ivar text: as the PBX writes it
    :ivar places: the characters allowed at each position
    """

    text: str
    places: tuple[str, ...]
    rest: Rest

    def __str__(self) -> str:
        return self.text

    @classmethod
    def parse(cls, text: str) -> "DialPattern":
        """Parse a pattern.

        :raises ValueError: it is empty or has an unknown character
        """
        # Asterisk begins a pattern with "_" and ignores hyphens and spaces outside brackets.
        body = re.sub(r"[ -](?![^\[]*\])", "", text.strip().removeprefix("_"))
        rest = Rest(body[-1]) if body.endswith((".", "!")) else Rest.NOTHING
        body = body.removesuffix(rest.value)
        places: list[str] = []
        position = 0
        while position < len(body):
            part = _PART.match(body, position)
            if part is None:
                raise ValueError(f"{text!r} is not a dial pattern")
            places.append(_characters(part))
            position = part.end()
        if not places and rest is Rest.NOTHING:
            raise ValueError("the dial pattern is empty")
        return cls(text.strip(), tuple(places), rest)

    @property
    def literal(self) -> str:
        """The digits that every matching number begins with."""
        found = ""
        for place in self.places:
            if len(place) != 1:
                break
            found += place
        return found

    def next_characters(self, dialed: str) -> str:
        """What may follow ``dialed``, a prefix of a matching number; empty: nothing."""
        if len(dialed) < len(self.places):
            return self.places[len(dialed)]
        return "" if self.rest is Rest.NOTHING else DIGITS

    def complete(self, dialed: str) -> bool:
        """Whether ``dialed``, a prefix of a matching number, is a complete number."""
        needed = len(self.places) + (self.rest is Rest.SOME)
        return len(dialed) >= needed

    def accepts(self, number: str) -> bool:
        """Whether the route allows ``number``."""
        return self.complete(number) and all(
            character in self.next_characters(number[:place])
            for place, character in enumerate(number)
        )


def patterns_in(text: str) -> Iterator[str]:
    """The patterns of a route: usually one, several separated by commas."""
    return (part.strip() for part in text.split(",") if part.strip())


def _characters(part: re.Match[str]) -> str:
    among, name, literal = part.groups()
    if literal:
        return str(literal)
    if name:
        return _CLASSES[name.upper()]
    found = ""
    for first, last, alone in re.findall(r"([0-9])-([0-9])|(.)", among):
        if alone == "-" or first > last:
            raise ValueError(f"[{among}] is not a range of digits")
        found += alone or DIGITS[int(first) : int(last) + 1]
    return "".join(dict.fromkeys(found))
