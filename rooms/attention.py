"""All that needs a person, in one list (contract §4, ``attention/``).

Nothing is stored for it: each item *is* a row of its own table that waits for a person, so the
list can never disagree with what it speaks of. The layers above add their kinds by dotted paths
in ``settings.ATTENTION_PROVIDERS``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, Protocol

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.utils.module_loading import import_string

from hotelpbx.refusals import Refusal, invalid
from rooms.audit import Actor, note
from rooms.models import Property, Room, Stay

# What one look at the list shows at the most of each kind; the count goes on.
SHOWN = 200


@dataclass(frozen=True)
class Item:
    """One thing that needs a person.

    :param id: ``kind:number``
    :param actions: among assign count discard retry replay acknowledge
    :param suggestions: stays a person might choose, likeliest first
    :param body: the raw report, where there is one
    """

    id: str
    kind: str
    since: datetime
    detail: str
    actions: tuple[str, ...]
    room: Room | None = None
    suggestions: tuple[Stay, ...] = ()
    body: str = ""

    @property
    def words(self) -> str:
        """The kind for a person: ``Unclaimed call``."""
        return self.kind.replace("_", " ").capitalize()


@dataclass(frozen=True)
class Decision:
    """What a person decided about an item."""

    action: str
    actor: Actor
    stay: Stay | None = None
    reason: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


class Provider(Protocol):
    """Lists and settles one kind of item."""

    kind: ClassVar[str]
    actions: ClassVar[tuple[str, ...]]

    def count(self, property_: Property) -> int:
        """How many are waiting."""

    def items(self, property_: Property, limit: int) -> Sequence[Item]:
        """The oldest ``limit`` that are waiting."""

    def resolve(self, property_: Property, number: int, decision: Decision) -> None:
        """Settle one. Raises :class:`Refusal` when it cannot be, or is not there."""


@cache
def providers() -> tuple[Provider, ...]:
    """One instance of each provider of the settings."""
    return tuple(import_string(path)() for path in settings.ATTENTION_PROVIDERS)


def items(property_: Property) -> list[Item]:
    """What is waiting, oldest first."""
    found = [item for provider in providers() for item in provider.items(property_, SHOWN)]
    return sorted(found, key=lambda item: item.since)


def counts(property_: Property) -> dict[str, int]:
    """How many of each kind are waiting."""
    return {provider.kind: provider.count(property_) for provider in providers()}


def resolve(property_: Property, item_id: str, decision: Decision) -> None:
    """Settle the item, with an entry in the audit trail."""
    kind, _, number = item_id.partition(":")
    provider = next((each for each in providers() if each.kind == kind), None)
    if provider is None or not number.isascii() or not number.isdigit() or len(number) > 18:
        raise gone()
    if decision.action not in provider.actions:
        raise invalid("/action", f"Choose one of: {', '.join(provider.actions)}.")
    if decision.action == "assign" and decision.stay is None:
        raise invalid("/stay", "Say to which stay it belongs.")
    if decision.action == "discard" and not decision.reason.strip():
        raise invalid("/reason", "Say why it is discarded.")
    provider.resolve(property_, int(number), decision)
    note(
        property_,
        decision.actor,
        f"attention {decision.action}",
        f"attention:{item_id}",
        after={
            "stay": decision.stay.reference if decision.stay else None,
            "reason": decision.reason,
        },
    )


def gone() -> Refusal:
    """The item is not there, or was settled meanwhile."""
    return Refusal("not_found", "This is settled already, or was never there.", "not_found")


def check_providers(app_configs: Sequence[Any] | None, **kwargs: object) -> list[CheckMessage]:
    """Every path in the settings leads to a provider."""
    return list(_faults())


def _faults() -> Iterator[CheckMessage]:
    for path in settings.ATTENTION_PROVIDERS:
        try:
            import_string(path)
        except ImportError as fault:
            yield Error(f"Attention provider {path}: {fault}", id="rooms.E001")
