"""Wake-up calls that need a person: not answered, not observed, not placed."""

from collections.abc import Sequence

from django.db.models import QuerySet

from hotelpbx.clock import now
from rooms.attention import Decision, Item
from rooms.models import Property
from wakeups.models import Occasion


class WakeUpAlarms:
    """Occasions whose guest may still be asleep."""

    kind = "wake_up_alarm"
    actions = ("acknowledge",)

    def waiting(self, property_: Property) -> QuerySet[Occasion]:
        return Occasion.objects.filter(
            call__property=property_,
            state__in=(
                Occasion.State.NO_ANSWER,
                Occasion.State.UNKNOWN,
                Occasion.State.FAILED,
            ),
            acknowledged_at__isnull=True,
        )

    def items(self, property_: Property, limit: int) -> Sequence[Item]:
        waiting = (
            self.waiting(property_)
            .select_related("call__stay__room")
            .prefetch_related("call__stay__guests")
        )
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

    def settle(self, row: Occasion, decision: Decision) -> None:
        row.acknowledged_at = now()
        row.save(update_fields=["acknowledged_at"])
