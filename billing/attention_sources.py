"""Attention items of billing: calls and minibar entries that need a person's decision."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet

from billing import minibar
from billing.calls import charging
from billing.models import Call, MinibarEntry
from hotelpbx.money import round_money
from rooms.models import Property, Stay
from rooms.operations.attention import Decision, Item
from rooms.stays.attribution import neighbors_in


class _Calls:
    """Base of the sources that list calls."""

    kind: ClassVar[str]
    actions: ClassVar[tuple[str, ...]]

    def waiting(self, property_: Property) -> QuerySet[Call]:
        raise NotImplementedError

    def describe(self, call: Call) -> str:
        raise NotImplementedError

    def actions_for(self, call: Call) -> tuple[str, ...]:
        return self.actions

    def items(self, property_: Property, limit: int) -> Sequence[Item]:
        found: list[Any] = list(
            self.waiting(property_)
            .select_related("room", "property")
            .annotate(**neighbors_in("room", "started_at"))
            .order_by("pk")[:limit]
        )
        stays = _with_guests(Stay.objects.all()).in_bulk(
            {pk for call in found for pk in (call.before, call.after) if pk is not None}
        )
        return [
            Item(
                id=f"{self.kind}:{call.pk}",
                kind=self.kind,
                since=call.started_at,
                detail=self.describe(call),
                actions=self.actions_for(call),
                room=call.room,
                suggestions=() if call.stay_id else _likely(call, stays),
            )
            for call in found
        ]


class UnclaimedCalls(_Calls):
    """Calls with a cost for which no guest was found."""

    kind = "unclaimed_call"
    actions = ("assign", "discard")

    def waiting(self, property_: Property) -> QuerySet[Call]:
        return Call.objects.filter(property=property_, unclaimed=True)

    def describe(self, call: Call) -> str:
        currency = call.property.currency
        cost = f"{round_money(call.amount, currency)} {currency}" if call.amount else "not rated"
        if call.phone_unknown:
            why = (
                "transferred or forwarded, and the phone that did so is not known."
                if call.diverted
                else "the phone is not known. The caller is not an extension of the PBX, or the "
                "call was transferred."
            )
            return (
                f'Call of "{call.call_from}" to {call.call_to}, {call.talk_seconds} s, {cost}: '
                f"{why}"
            )
        return (
            f"Call from extension {call.extension} to {call.call_to}, "
            f"{call.talk_seconds} s, {cost}: nobody was in the room."
        )

    def resolve(self, row: Call, decision: Decision) -> None:
        if decision.stay is not None and decision.action == "assign":
            charging.assign_to_stay(row, decision.stay)
        else:
            charging.dismiss(row, decision.reason)


class UnratedCalls(_Calls):
    """Calls that no tariff covers, or whose status does not say whether they were answered."""

    kind = "unrated_call"
    actions = ("retry", "count", "discard")

    def actions_for(self, call: Call) -> tuple[str, ...]:
        return ("count", "discard") if call.answer_unknown else ("retry", "discard")

    def waiting(self, property_: Property) -> QuerySet[Call]:
        return Call.objects.filter(property=property_, rating=Call.Rating.UNRATED, unclaimed=False)

    def describe(self, call: Call) -> str:
        return (
            f"Call from extension {call.extension} to {call.call_to}, "
            f"{call.talk_seconds} s: {call.rating_detail}"
        )

    def resolve(self, row: Call, decision: Decision) -> None:
        if decision.action == "retry":
            charging.retry_rating(row)
        elif decision.action == "count":
            charging.charge_as_answered(row)
        else:
            charging.dismiss(row, decision.reason)


class _Entries:
    """Base of the sources that list minibar entries."""

    kind: ClassVar[str]
    actions: ClassVar[tuple[str, ...]]
    state: ClassVar[MinibarEntry.State]
    question: ClassVar[str]

    def waiting(self, property_: Property) -> QuerySet[MinibarEntry]:
        return MinibarEntry.objects.filter(property=property_, state=self.state)

    def items(self, property_: Property, limit: int) -> Sequence[Item]:
        stays = _with_guests(Stay.objects.order_by("pk"))
        waiting = (
            self.waiting(property_)
            .select_related("room", "product")
            .prefetch_related(Prefetch("suggestions", stays))
        )
        return [
            Item(
                id=f"{self.kind}:{entry.pk}",
                kind=self.kind,
                since=entry.occurred_at,
                detail=f"{entry.quantity} × {entry.product} in room {entry.room}: {self.question}",
                actions=self.actions,
                room=entry.room,
                suggestions=tuple(entry.suggestions.all()),
            )
            for entry in waiting.order_by("pk")[:limit]
        ]

    def resolve(self, row: MinibarEntry, decision: Decision) -> None:
        if decision.action == "discard":
            minibar.discard_entry(row, decision.reason)
        else:
            minibar.charge_entry(row, decision.stay, decision.actor)


class UnclaimedMinibar(_Entries):
    """Entries keyed in shortly after a change of guests, or in a vacant room."""

    kind = "unclaimed_minibar"
    actions = ("assign", "discard")
    state = MinibarEntry.State.UNCLAIMED
    question = "which guest had it?"


class RepeatedEntries(_Entries):
    """The same entry twice in one call: a repeated report, or a second item?"""

    kind = "repeated_entry"
    actions = ("count", "assign", "discard")
    state = MinibarEntry.State.REPEATED
    question = "keyed in again in the same call; was it meant twice?"


def _with_guests(stays: QuerySet[Stay]) -> QuerySet[Stay]:
    """``stays`` with their guests, whose names are shown as suggestions."""
    return stays.prefetch_related("guests")


def _likely(call: Any, stays: dict[int, Stay]) -> tuple[Stay, ...]:
    """The stays in the room before and after the call, without duplicates."""
    return tuple(stays[pk] for pk in dict.fromkeys((call.before, call.after)) if pk is not None)
