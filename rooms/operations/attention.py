"""The attention list: everything that needs a person (docs/attention.md).

The list has no table of its own: each item *is* a row of another table that waits for a person, so
the two can never disagree. The layers above add their kinds by dotted paths in
``settings.ATTENTION_PROVIDERS``.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, Final, Protocol

from django.conf import settings
from django.core.checks import CheckMessage
from django.db import transaction
from django.db.models import QuerySet, Subquery
from django.utils.module_loading import import_string

from hotelpbx.dotted_paths import import_errors
from hotelpbx.refusals import Refusal, invalid
from rooms.audit import Actor, note
from rooms.models import AuditEntry, Property, Room, Stay
from rooms.operations.combined_queries import combined_values, count_of

# The maximum number of items listed per kind; counts are not limited.
SHOWN: Final = 200
# Kinds that are shown at once, without opening the list.
URGENT: Final = ("emergency_call", "wake_up_alarm")


@dataclass(frozen=True)
class Item:
    """One thing that needs a person.

    :param id: ``kind:number``
    :param actions: among assign count discard retry replay acknowledge
    :param suggestions: stays to assign it to, likeliest first
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
        """The kind as text: ``Unclaimed call``."""
        return kind_label(self.kind)

    @property
    def rank(self) -> int:
        """Sort key by urgency: emergency calls, then wake-up alerts, then the rest."""
        return URGENT.index(self.kind) if self.kind in URGENT else len(URGENT)


@dataclass(frozen=True)
class Decision:
    """What a person decided about an item."""

    action: str
    actor: Actor
    stay: Stay | None = None
    reason: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


class Provider(Protocol):
    """Lists and resolves one kind of item."""

    kind: ClassVar[str]
    actions: ClassVar[tuple[str, ...]]

    def waiting(self, property_: Property) -> QuerySet[Any]:
        """The rows that wait for a person."""

    def items(self, property_: Property, limit: int) -> Sequence[Item]:
        """The oldest ``limit`` items, in a constant number of queries."""

    def resolve(self, row: Any, decision: Decision) -> None:
        """Resolve one of the waiting rows, which is locked. Raises :class:`Refusal`."""


@cache
def providers() -> tuple[Provider, ...]:
    """An instance of each provider in the settings."""
    return tuple(import_string(path)() for path in settings.ATTENTION_PROVIDERS)


def items(
    property_: Property, kinds: Collection[str] | None = None, limit: int = SHOWN
) -> list[Item]:
    """Waiting items, oldest first: at most ``limit`` of each of the ``kinds`` (None: all kinds)."""
    found = [
        item
        for provider in providers()
        if kinds is None or provider.kind in kinds
        for item in provider.items(property_, limit)
    ]
    return sorted(found, key=lambda item: item.since)


def counts(property_: Property) -> dict[str, int]:
    """The number of waiting items of each kind, in one query."""
    found = combined_values(property_, counters(property_))
    return {kind: number or 0 for kind, number in found.items()}


def counters(property_: Property) -> dict[str, Subquery]:
    """The counting query of each kind, to be combined with other queries."""
    return {provider.kind: count_of(provider.waiting(property_)) for provider in providers()}


def kind_label(kind: str) -> str:
    """A kind as text: ``Unclaimed call``."""
    return kind.replace("wake_up", "wake-up").replace("_", " ").capitalize()


def resolve(property_: Property, item_id: str, decision: Decision) -> None:
    """Resolve an item, with an entry in the audit trail.

    :raises Refusal: it is resolved already, or the decision is incomplete
    """
    provider, number = _address(item_id)
    _require_complete(provider, decision)
    with transaction.atomic():
        waiting = provider.waiting(property_).select_for_update(of=("self",))
        row = waiting.filter(pk=number).order_by("pk").first()
        if row is None:
            raise _refusal(property_, item_id)
        provider.resolve(row, decision)
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


def _address(item_id: str) -> tuple[Provider, int]:
    """The provider and the row's number of an item's id."""
    kind, _, number = item_id.partition(":")
    provider = next((each for each in providers() if each.kind == kind), None)
    if provider is None or not number.isascii() or not number.isdigit() or len(number) > 18:
        raise _resolved_already("This is resolved already, or was never there.")
    return provider, int(number)


def _require_complete(provider: Provider, decision: Decision) -> None:
    if decision.action not in provider.actions:
        raise invalid("/action", f"Choose one of: {', '.join(provider.actions)}.")
    if decision.action == "assign" and decision.stay is None:
        raise invalid("/stay", "Say to which stay it belongs.")
    if decision.action == "discard" and not decision.reason.strip():
        raise invalid("/reason", "Say why it is discarded.")


def _refusal(property_: Property, item_id: str) -> Refusal:
    """The item does not wait any more: say who resolved it, if the audit trail knows."""
    entry = AuditEntry.objects.filter(property=property_, subject=f"attention:{item_id}").first()
    if entry is None:
        return _resolved_already("This is resolved already, or was never there.")
    at = entry.at.astimezone(property_.zone)
    action = entry.action.removeprefix("attention ")
    return _resolved_already(
        f"This is resolved already: {action} by {entry.actor}, {at:%Y-%m-%d %H:%M}."
    )


def _resolved_already(words: str) -> Refusal:
    return Refusal("not_found", words, "not_found")


def check_providers(app_configs: Sequence[Any] | None, **kwargs: object) -> list[CheckMessage]:
    """Each path in the settings can be imported."""
    paths = settings.ATTENTION_PROVIDERS
    return import_errors(((f"Attention provider {path}", path) for path in paths), "rooms.E001")
