"""Wake-up calls that need a person: not answered, not observed, not placed."""

from collections.abc import Sequence

from django.db.models import QuerySet

from hotelpbx.task_queue.sending import enqueue_on_commit
from rooms.models import Property
from rooms.operations.attention import Decision, Item
from wakeups.escalation import desk
from wakeups.models import Occurrence


class WakeUpAlerts:
    """Alerts for guests who may still be asleep."""

    kind = "wake_up_alarm"
    actions = ("acknowledge",)

    def waiting(self, property_: Property) -> QuerySet[Occurrence]:
        return Occurrence.objects.filter(desk.is_alert(), call__property=property_)

    def items(self, property_: Property, limit: int) -> Sequence[Item]:
        waiting = (
            self.waiting(property_)
            .select_related("call__stay__room")
            .prefetch_related("call__stay__guests")
        )
        return [
            Item(
                id=f"{self.kind}:{occurrence.pk}",
                kind=self.kind,
                since=occurrence.due_at,
                detail=_description(occurrence, property_),
                actions=self.actions,
                room=occurrence.call.stay.room,
            )
            for occurrence in waiting.order_by("due_at")[:limit]
        ]

    def resolve(self, row: Occurrence, decision: Decision) -> None:
        desk.acknowledge(row, decision.actor, decision.reason)
        enqueue_on_commit("wakeups.tasks.watch")


def _description(occurrence: Occurrence, property_: Property) -> str:
    at = f"{occurrence.due_at.astimezone(property_.zone):%H:%M}"
    stay = occurrence.call.stay
    guest = f"{stay.main_guest or stay}" + (f" in {stay.room.number}" if stay.room else "")
    if occurrence.state == Occurrence.State.PERSON:
        return f"{at}: call {guest} now, then acknowledge. {occurrence.detail}".strip()
    return (
        f"Wake-up call at {at} for {guest}: {occurrence.detail} "
        "Call or knock, then acknowledge and say what you did."
    )
