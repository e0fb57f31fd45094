"""How a service says no.

A service raises :class:`Refusal` before it changes anything; the desk shows ``detail`` and the
API answers it as a problem document, both without knowing which rule was broken.
"""

from dataclasses import dataclass, field
from typing import Literal

RefusalKind = Literal["invalid", "conflict", "not_found", "precondition", "unavailable"]


@dataclass(frozen=True)
class FieldFault:
    """What is wrong with one field. ``pointer``: a JSON pointer, e.g. ``/guests/0/last_name``."""

    pointer: str
    detail: str


@dataclass
class Refusal(Exception):
    """A request that cannot be granted, and why.

    :param code: one of the contract's error codes, e.g. ``room_occupied``
    :param detail: a sentence for a person, with what to do
    :param kind: ``invalid`` (bad content), ``conflict`` (with the state), ``not_found``,
        ``precondition`` (somebody changed it meanwhile), ``unavailable`` (try later)
    """

    code: str
    detail: str
    kind: RefusalKind = "conflict"
    faults: tuple[FieldFault, ...] = field(default=())

    def __str__(self) -> str:
        return self.detail


def invalid(pointer: str, detail: str) -> Refusal:
    """A refusal for one bad field."""
    return Refusal("validation_error", detail, "invalid", (FieldFault(pointer, detail),))
