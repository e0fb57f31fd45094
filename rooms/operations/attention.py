"""All that needs a person, in one list (contract §4, ``attention/``).

Nothing is stored for it: each item *is* a row of its own table that waits for a person, so the
list can never disagree with what it speaks of. The layers above add their kinds by dotted paths
in ``settings.ATTENTION_PROVIDERS``.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, Final, Protocol

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db import transaction
from django.db.models import QuerySet, Subquery
from django.utils.module_loading import import_string

from hotelpbx.refusals import Refusal, invalid
from rooms.audit import Actor, note
from rooms.models import AuditEntry, Property, Room, Stay
from rooms.operations.combined_queries import combined_values, count_of

# What one look at the list shows at the most of each kind; the count goes on.
SHOWN: Final = 200
# What must not wait until somebody opens the list.
URGENT: Final = ("emergency_call", "wake_up_alarm")


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
        return kind_label(self.kind)

    @property
    def rank(self) -> int:
        """The smaller, the less it can wait: emergencies, then wake-up alarms, then the rest."""
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
    """Lists and settles one kind of item."""

    kind: ClassVar[str]
    actions: ClassVar[tuple[str, ...]]

    def waiting(self, property_: Property) -> QuerySet[Any]:
        """The rows that wait for a person."""

    def items(self, property_: Property, limit: int) -> Sequence[Item]:
        """The oldest ``limit`` that are waiting, in a number of queries that does not grow."""

    def resolve(self, row: Any, decision: Decision) -> None:
        """Settle one of the waiting rows, which is locked. Raises :class:`Refusal`."""


@cache
def providers() -> tuple[Provider, ...]:
    """One instance of each provider of the settings."""
    return tuple(import_string(path)() for path in settings.ATTENTION_PROVIDERS)


def items(
    property_: Property, kinds: Collection[str] | None = None, limit: int = SHOWN
) -> list[Item]:
    """What is waiting, oldest first: at most ``limit`` of each of the ``kinds`` (None: of all)."""
    found = [
        item
        for provider in providers()
        if kinds is None or provider.kind in kinds
        for item in provider.items(property_, limit)
    ]
    return sorted(found, key=lambda item: item.since)


def counts(property_: Property) -> dict[str, int]:
    """How many of each kind are waiting, in one query."""
    found = combined_values(property_, counters(property_))
    return {kind: number or 0 for kind, number in found.items()}


def counters(property_: Property) -> dict[str, Subquery]:
    """For each kind the query that counts what is waiting, to be asked along with others."""
    return {provider.kind: count_of(provider.waiting(property_)) for provider in providers()}


def kind_label(kind: str) -> str:
    """A kind for a person: ``Unclaimed call``."""
    return kind.replace("wake_up", "wake-up").replace("_", " ").capitalize()


def resolve(property_: Property, item_id: str, decision: Decision) -> None:
    """Settle the item, with an entry in the audit trail. Of two at once, the second is told."""
    provider, number = _address(item_id)
    _must_be_whole(provider, decision)
    with transaction.atomic():
        waiting = provider.waiting(property_).select_for_update(of=("self",))
        row = waiting.filter(pk=number).order_by("pk").first()
        if row is None:
            raise _gone(property_, item_id)
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
    """The provider and the number that an item's id speaks of."""
    kind, _, number = item_id.partition(":")
    provider = next((each for each in providers() if each.kind == kind), None)
    if provider is None or not number.isascii() or not number.isdigit() or len(number) > 18:
        raise _settled("This is settled already, or was never there.")
    return provider, int(number)


def _must_be_whole(provider: Provider, decision: Decision) -> None:
    if decision.action not in provider.actions:
        raise invalid("/action", f"Choose one of: {', '.join(provider.actions)}.")
    if decision.action == "assign" and decision.stay is None:
        raise invalid("/stay", "Say to which stay it belongs.")
    if decision.action == "discard" and not decision.reason.strip():
        raise invalid("/reason", "Say why it is discarded.")


def _gone(property_: Property, item_id: str) -> Refusal:
    """The item does not wait: by whom it was settled, where the audit trail knows."""
    entry = AuditEntry.objects.filter(property=property_, subject=f"attention:{item_id}").first()
    if entry is None:
        return _settled("This is settled already, or was never there.")
    at = entry.at.astimezone(property_.zone)
    action = entry.action.removeprefix("attention ")
    return _settled(f"This is settled already: {action} by {entry.actor}, {at:%Y-%m-%d %H:%M}.")


def _settled(words: str) -> Refusal:
    return Refusal("not_found", words, "not_found")


def check_providers(app_configs: Sequence[Any] | None, **kwargs: object) -> list[CheckMessage]:
    """Every path in the settings leads to a provider."""
    return list(_faults())


def _faults() -> Iterator[CheckMessage]:
    for path in settings.ATTENTION_PROVIDERS:
        try:
            import_string(path)
        except ImportError as fault:
            yield Error(f"Attention provider {path}: {fault}", id="rooms.E001")
