"""A dial plan's text, parsed: contexts, extensions, steps; and which extension a number is."""

import re
from dataclasses import dataclass, field
from typing import Final, NamedTuple

_STEP: Final = re.compile(r"(?:\d+|n)(?:\((\w+)\))?,(\w+)\((.*)\)")


class Step(NamedTuple):
    label: str
    application: str
    arguments: str


@dataclass
class Context:
    extensions: dict[str, list[Step]] = field(default_factory=dict)
    includes: list[str] = field(default_factory=list)


class Plan:
    """``extensions.conf`` as far as generated plans go; what it does not know is an error."""

    def __init__(self, text: str) -> None:
        self.contexts: dict[str, Context] = {}
        context, steps = Context(), list[Step]()
        for line in text.splitlines():
            if not line or line.startswith(";"):
                continue
            if line.startswith("["):
                context = self.contexts.setdefault(line.strip("[]"), Context())
                continue
            key, _, value = line.partition(" = ")
            if key == "include":
                context.includes.append(value)
            elif key == "exten":
                name, _, value = value.partition(",")
                steps = context.extensions.setdefault(name, [])
                assert value.startswith("1,") or steps, line
                steps.append(_step(value))
            else:
                assert key == "same", line
                steps.append(_step(value))

    def find(self, context: str, number: str) -> tuple[str, str] | None:
        """(context, extension) that is dialled by ``number``."""
        there = self.contexts[context]
        names = sorted(there.extensions, key=lambda name: name.startswith("_"))
        if name := next((name for name in names if _matches(name, number)), None):
            return context, name
        found = (self.find(each, number) for each in there.includes)
        return next(filter(None, found), None)

    def could_grow(self, context: str, number: str) -> bool:
        """Whether a longer number could be meant (``E_MATCHMORE``): Asterisk waits then."""
        return self._grows(context, number) is True

    def _grows(self, context: str, number: str) -> bool | None:
        """None: undecided. An extension that ends in "!" decides that nobody waits."""
        there = self.contexts[context]
        for name in there.extensions:
            if name.startswith("_") and name.endswith("!") and _matches(name, number):
                return False
            if _begins(name, number):
                return True
        decisions = (self._grows(each, number) for each in there.includes)
        return next((each for each in decisions if each is not None), None)


def _step(text: str) -> Step:
    match = _STEP.fullmatch(text)
    assert match, text
    return Step(match[1] or "", match[2], match[3])


def _matches(name: str, number: str) -> bool:
    if not name.startswith("_"):
        return name == number
    return re.fullmatch(_as_expression(name), number) is not None


def _begins(name: str, number: str) -> bool:
    """Whether ``number`` is the beginning of something longer that ``name`` fits."""
    if not name.startswith("_"):
        return name.startswith(number) and name != number
    return any(re.fullmatch(_as_expression(name), number + tail) for tail in _tails(len(name)))


def _tails(length: int) -> list[str]:
    return [first + "1" * more for first in "0123456789*#" for more in range(length)]


def _as_expression(name: str) -> str:
    signs = {"X": "[0-9]", "Z": "[1-9]", "N": "[2-9]", ".": ".+", "!": ".*"}
    return "".join(signs.get(sign, re.escape(sign)) for sign in name[1:])
