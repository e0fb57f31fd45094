"""What needs a person in this layer: parked reports, failed commands, emergency calls."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet

from hotelpbx.clock import now
from pbx import inbox, outbox
from pbx.models import Command, Report
from rooms.attention import Decision, Item, gone
from rooms.models import EmergencyCall, Phone, Property


class ParkedReports:
    """Reports that could not be given their effect."""

    kind = "parked_report"
    actions = ("replay", "discard")

    def count(self, property_: Property) -> int:
        return self._waiting(property_).count()

    def items(self, property_: Property, limit: int) -> Sequence[Item]:
        return [
            Item(
                id=f"{self.kind}:{report.pk}",
                kind=self.kind,
                since=report.received_at,
                detail=f"{report.action or 'Report'}: {report.reason}",
                actions=self.actions,
                body=bytes(report.body[:4096]).decode(errors="replace"),
            )
            for report in self._waiting(property_).order_by("pk")[:limit]
        ]

    def resolve(self, property_: Property, number: int, decision: Decision) -> None:
        report = self._waiting(property_).filter(pk=number).first()
        if report is None:
            raise gone()
        if decision.action == "replay":
            inbox.replay(report)
        else:
            inbox.discard(report, decision.reason)

    def _waiting(self, property_: Property) -> QuerySet[Report]:
        return Report.objects.filter(pbx__property=property_, state=Report.State.PARKED)


class FailedCommands:
    """What the PBX refused to do."""

    kind = "failed_command"
    actions = ("retry", "discard")

    def count(self, property_: Property) -> int:
        return self._waiting(property_).count()

    def items(self, property_: Property, limit: int) -> Sequence[Item]:
        commands = list(self._waiting(property_).order_by("pk")[:limit])
        phones = {
            phone.extension: phone
            for phone in Phone.objects.select_related("room").filter(
                property=property_, extension__in={command.extension for command in commands}
            )
        }
        return [
            Item(
                id=f"{self.kind}:{command.pk}",
                kind=self.kind,
                since=command.created_at,
                detail=f"{command.get_kind_display()} of extension {command.extension}: "
                f"{command.last_error}",
                actions=self.actions,
                room=phones[command.extension].room if command.extension in phones else None,
            )
            for command in commands
        ]

    def resolve(self, property_: Property, number: int, decision: Decision) -> None:
        command = self._waiting(property_).filter(pk=number).first()
        if command is None:
            raise gone()
        if decision.action == "retry":
            outbox.retry(command)
        else:
            outbox.discard(command)

    def _waiting(self, property_: Property) -> QuerySet[Command]:
        return Command.objects.filter(pbx__property=property_, state=Command.State.FAILED)


class EmergencyCalls:
    """Calls to an emergency number that nobody has acknowledged."""

    kind = "emergency_call"
    actions = ("acknowledge",)

    def count(self, property_: Property) -> int:
        return self._waiting(property_).count()

    def items(self, property_: Property, limit: int) -> Sequence[Item]:
        return [
            Item(
                id=f"{self.kind}:{call.pk}",
                kind=self.kind,
                since=call.started_at,
                detail=describe(call),
                actions=self.actions,
                room=call.room,
            )
            for call in self._waiting(property_).select_related("room").order_by("pk")[:limit]
        ]

    def resolve(self, property_: Property, number: int, decision: Decision) -> None:
        with transaction.atomic():
            settled = self._waiting(property_).filter(pk=number).update(acknowledged_at=now())
        if not settled:
            raise gone()

    def _waiting(self, property_: Property) -> QuerySet[EmergencyCall]:
        return EmergencyCall.objects.filter(property=property_, acknowledged_at__isnull=True)


def describe(call: EmergencyCall) -> str:
    """Room, floor and name: what a lone night clerk needs at once."""
    where = f"room {call.room.number}" if call.room else f"extension {call.extension}"
    if call.room and call.room.floor:
        where += f", floor {call.room.floor}"
    names = ", ".join(
        str(guest)
        for occupancy in (call.room.occupancies.filter(until__isnull=True) if call.room else ())
        for guest in occupancy.stay.guests.all()
    )
    return f"Emergency number {call.number} called from {where}" + (
        f" ({names})." if names else "."
    )
