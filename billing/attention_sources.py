"""What needs a person in billing: whose is it, what does it cost, was it meant twice?"""

from collections.abc import Sequence
from typing import ClassVar

from django.db.models import QuerySet

from billing import calls, minibar
from billing.models import Call, MinibarEntry
from hotelpbx.money import round_money
from rooms.attention import Decision, Item, gone
from rooms.attribution import neighbours
from rooms.models import Property


class _Calls:
    """What lists of calls have in common."""

    kind: ClassVar[str]
    actions: ClassVar[tuple[str, ...]]

    def waiting(self, property_: Property) -> QuerySet[Call]:
        raise NotImplementedError

    def describe(self, call: Call) -> str:
        raise NotImplementedError

    def count(self, property_: Property) -> int:
        return self.waiting(property_).count()

    def items(self, property_: Property, limit: int) -> Sequence[Item]:
        waiting = self.waiting(property_).select_related("room", "property", "stay")
        return [
            Item(
                id=f"{self.kind}:{call.pk}",
                kind=self.kind,
                since=call.started_at,
                detail=self.describe(call),
                actions=self.actions,
                room=call.room,
                suggestions=(
                    neighbours(call.room, call.started_at) if call.room and not call.stay else ()
                ),
            )
            for call in waiting.order_by("pk")[:limit]
        ]

    def find(self, property_: Property, number: int) -> Call:
        call = self.waiting(property_).filter(pk=number).first()
        if call is None:
            raise gone()
        return call


class UnclaimedCalls(_Calls):
    """Calls that cost and whose guest could not be found."""

    kind = "unclaimed_call"
    actions = ("assign", "discard")

    def waiting(self, property_: Property) -> QuerySet[Call]:
        return Call.objects.filter(property=property_, unclaimed=True)

    def describe(self, call: Call) -> str:
        currency = call.property.currency
        cost = f"{round_money(call.amount, currency)} {currency}" if call.amount else "not rated"
        return (
            f"Call from extension {call.extension} to {call.call_to}, "
            f"{call.talk_seconds} s, {cost}: nobody was in the room."
        )

    def resolve(self, property_: Property, number: int, decision: Decision) -> None:
        call = self.find(property_, number)
        if decision.stay is not None and decision.action == "assign":
            calls.claim(call, decision.stay)
        else:
            calls.dismiss(call, decision.reason)


class UnratedCalls(_Calls):
    """Calls that no tariff covers."""

    kind = "unrated_call"
    actions = ("retry", "discard")

    def waiting(self, property_: Property) -> QuerySet[Call]:
        return Call.objects.filter(property=property_, rating=Call.Rating.UNRATED, unclaimed=False)

    def describe(self, call: Call) -> str:
        return (
            f"Call from extension {call.extension} to {call.call_to}, "
            f"{call.talk_seconds} s: {call.rating_detail}"
        )

    def resolve(self, property_: Property, number: int, decision: Decision) -> None:
        call = self.find(property_, number)
        if decision.action == "retry":
            calls.rate_again(call)
        else:
            calls.dismiss(call, decision.reason)


class _Entries:
    """What lists of minibar entries have in common."""

    kind: ClassVar[str]
    actions: ClassVar[tuple[str, ...]]
    state: ClassVar[MinibarEntry.State]
    question: ClassVar[str]

    def count(self, property_: Property) -> int:
        return self._waiting(property_).count()

    def items(self, property_: Property, limit: int) -> Sequence[Item]:
        waiting = self._waiting(property_).select_related("room", "product")
        return [
            Item(
                id=f"{self.kind}:{entry.pk}",
                kind=self.kind,
                since=entry.occurred_at,
                detail=f"{entry.quantity} × {entry.product} in room {entry.room}: {self.question}",
                actions=self.actions,
                room=entry.room,
                suggestions=tuple(entry.suggestions.order_by("pk")),
            )
            for entry in waiting.order_by("pk")[:limit]
        ]

    def resolve(self, property_: Property, number: int, decision: Decision) -> None:
        entry = self._waiting(property_).filter(pk=number).first()
        if entry is None:
            raise gone()
        if decision.action == "discard":
            minibar.discard(entry, decision.reason)
        else:
            minibar.count(entry, decision.stay, decision.actor)

    def _waiting(self, property_: Property) -> QuerySet[MinibarEntry]:
        return MinibarEntry.objects.filter(property=property_, state=self.state)


class UnclaimedMinibar(_Entries):
    """Entries soon after a change of guests, or in a room that nobody had."""

    kind = "unclaimed_minibar"
    actions = ("assign", "discard")
    state = MinibarEntry.State.UNCLAIMED
    question = "which guest had it?"


class RepeatedEntries(_Entries):
    """The same entry again in one call: a repetition of the PBX, or one more bottle?"""

    kind = "repeated_entry"
    actions = ("count", "assign", "discard")
    state = MinibarEntry.State.REPEATED
    question = "keyed in again in the same call; was it meant twice?"
