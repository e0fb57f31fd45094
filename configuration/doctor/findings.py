"""Findings of the checks."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pbx.errors import PbxError

_MOST_NAMED: Final = 8


class State(StrEnum):
    """Severity, as printed in the table."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "FAULT"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Finding:
    """One line of the table.

    :ivar name: what was checked
    :ivar detail: the result, in a sentence
    :ivar remedy: what to do; never empty for a fault or a warning
    """

    name: str
    state: State
    detail: str
    remedy: str = ""


def ok(name: str, detail: str) -> Finding:
    """All is well."""
    return Finding(name, State.OK, detail)


def warning(name: str, detail: str, remedy: str) -> Finding:
    """It works, but somebody should look at it."""
    return Finding(name, State.WARNING, detail, remedy)


def fault(name: str, detail: str, remedy: str) -> Finding:
    """It does not work."""
    return Finding(name, State.FAULT, detail, remedy)


def skipped(name: str, reason: str) -> Finding:
    """It could not be checked, because of another fault or because there is nothing to check."""
    return Finding(name, State.SKIPPED, reason)


def pbx_fault(name: str, error: PbxError) -> Finding:
    """A finding from a PBX error: its first sentence says what is wrong, the rest what to do."""
    detail, _, remedy = str(error).partition(". ")
    return fault(
        name, detail.rstrip(".") + ".", remedy or "Look at the PBX, then run the doctor again."
    )


def listed(items: Iterable[str]) -> str:
    """``a, b, c``; a long list is shortened to ``… and 3 more``."""
    texts = list(items)
    shown = ", ".join(texts[:_MOST_NAMED])
    more = len(texts) - _MOST_NAMED
    return f"{shown} and {more} more" if more > 0 else shown
