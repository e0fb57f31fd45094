"""What an examination finds."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pbx.errors import PbxError

_MOST_NAMED: Final = 8


class State(StrEnum):
    """How bad it is; the words of the table."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "FAULT"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Finding:
    """One line of the table.

    :ivar name: what was looked at
    :ivar seen: what was found there, in a sentence
    :ivar remedy: what to do; of a fault or a warning never empty
    """

    name: str
    state: State
    detail: str
    remedy: str = ""


def ok(name: str, detail: str) -> Finding:
    """All is well."""
    return Finding(name, State.OK, detail)


def warning(name: str, detail: str, remedy: str) -> Finding:
    """It works, and somebody should look."""
    return Finding(name, State.WARNING, detail, remedy)


def fault(name: str, detail: str, remedy: str) -> Finding:
    """It does not work."""
    return Finding(name, State.FAULT, detail, remedy)


def skipped(name: str, reason: str) -> Finding:
    """It could not be looked at, because of another fault or because there is nothing."""
    return Finding(name, State.SKIPPED, reason)


def pbx_fault(name: str, error: PbxError) -> Finding:
    """What the PBX's refusal means: its sentences say what is wrong, then what to do."""
    detail, _, remedy = str(error).partition(". ")
    return fault(
        name, detail.rstrip(".") + ".", remedy or "Look at the PBX, then run the doctor again."
    )


def listed(items: Iterable[str]) -> str:
    """``a, b, c`` for people: a long list is cut, and says so."""
    texts = list(items)
    shown = ", ".join(texts[:_MOST_NAMED])
    more = len(texts) - _MOST_NAMED
    return f"{shown} and {more} more" if more > 0 else shown
