"""Wake-up calls that need a person: not answered, not observed, not placed."""

from collections.abc import Sequence

from django.db.models import QuerySet

from hotelpbx.clock import now
from rooms.attention import Decision, Item, gone
from rooms.models import Property
from wakeups.models import Occasion


class WakeUpAlarms:
    """Occasions whose guest may still be asleep."""

    kind = "wake_up_alarm"
    actions = ("acknowledge",)

    def count(self, property_: Property) -> int:
        return self._waiting(property_).count()

    def items(self, property_: Property, limit: int) -> Sequence[Item]:
        waiting = self._waiting(property_).select_related("call__stay__room")
        return [
            Item(
                id=f"{self.kind}:{occasion.pk}",
                kind=self.kind,
                since=occasion.due_at,
                detail=f"Wake-up call at {occasion.due_at.astimezone(property_.zone):%H:%M} for "
                f"{occasion.call.stay.main_guest or occasion.call.stay}: {occasion.detail} "
                "Call or knock, then acknowledge.",
                actions=self.actions,
                room=occasion.call.stay.room,
            )
            for occasion in waiting.order_by("due_at")[:limit]
        ]

    def resolve(self, property_: Property, number: int, decision: Decision) -> None:
        if not self._waiting(property_).filter(pk=number).update(acknowledged_at=now()):
            raise gone()

    def _waiting(self, property_: Property) -> QuerySet[Occasion]:
        return Occasion.objects.filter(
            call__property=property_,
            state__in=(
                Occasion.State.NO_ANSWER,
                Occasion.State.UNKNOWN,
                Occasion.State.FAILED,
            ),
            acknowledged_at__isnull=True,
        )
