"""Errors that services raise if a request violates a rule.

A service raises :class:`Refusal` before it changes anything. The front desk shows ``detail``, and
the API returns it as a problem document; neither needs to know the rule.
"""

from dataclasses import dataclass, field
from typing import Literal

RefusalKind = Literal["invalid", "conflict", "not_found", "precondition", "unavailable"]


@dataclass(frozen=True)
class FieldFault:
    """An error of one field. ``pointer``: a JSON pointer, e.g. ``/guests/0/last_name``."""

    pointer: str
    detail: str


@dataclass
class Refusal(Exception):
    """A request that is refused, and why.

    :param code: an error code of the API (docs/rest.md), e.g. ``room_occupied``
    :param detail: a sentence for a person, with what to do
    :param kind: ``invalid`` (bad content), ``conflict`` (with the state), ``not_found``,
        ``precondition`` (changed meanwhile), ``unavailable`` (try later)
    """

    code: str
    detail: str
    kind: RefusalKind = "conflict"
    faults: tuple[FieldFault, ...] = field(default=())

    def __str__(self) -> str:
        return self.detail


def invalid(pointer: str, detail: str) -> Refusal:
    """A refusal because of one invalid field."""
    return Refusal("validation_error", detail, "invalid", (FieldFault(pointer, detail),))
