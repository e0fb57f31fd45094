"""Attention items of this layer: parked reports, failed commands, emergency calls."""

from collections.abc import Sequence
from typing import Final

from django.db.models import BinaryField, Prefetch, QuerySet
from django.db.models.functions import Length, Substr

from hotelpbx.clock import now
from pbx import outbox
from pbx.models import Command, Report
from pbx.reports import inbox
from rooms.models import EmergencyCall, Occupancy, Phone, Property
from rooms.operations.attention import Decision, Item
from rooms.operations.report_preview import preview

# Enough for every report: the longest in the PBX manual has 700 bytes.
_PREVIEW_BYTES: Final = 4096


class ParkedReports:
    """Reports that could not be applied."""

    kind = "parked_report"
    actions = ("replay", "discard")

    def waiting(self, property_: Property) -> QuerySet[Report]:
        return Report.objects.filter(pbx=property_.pbx_id, state=Report.State.PARKED)

    def items(self, property_: Property, limit: int) -> Sequence[Item]:
        # A report may have one MiB: read only the beginning of each.
        reports = (
            self.waiting(property_)
            .annotate(
                head=Substr("body", 1, _PREVIEW_BYTES, output_field=BinaryField()),
                size=Length("body"),
            )
            .defer("body")
        )
        return [
            Item(
                id=f"{self.kind}:{report.pk}",
                kind=self.kind,
                since=report.received_at,
                detail=f"{report.action or 'Report'}: {report.reason}",
                actions=self.actions,
                body=preview(bytes(report.head), report.size),
            )
            for report in reports.order_by("pk")[:limit]
        ]

    def resolve(self, row: Report, decision: Decision) -> None:
        if decision.action == "replay":
            inbox.replay(row)
        else:
            inbox.discard(row, decision.reason)


class FailedCommands:
    """Commands that the PBX refused."""

    kind = "failed_command"
    actions = ("retry", "discard")

    def waiting(self, property_: Property) -> QuerySet[Command]:
        return Command.objects.filter(pbx=property_.pbx_id, state=Command.State.FAILED)

    def items(self, property_: Property, limit: int) -> Sequence[Item]:
        commands = list(self.waiting(property_).order_by("pk")[:limit])
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

    def resolve(self, row: Command, decision: Decision) -> None:
        if decision.action == "retry":
            outbox.retry(row)
        else:
            outbox.discard(row)


class EmergencyCalls:
    """Emergency calls that nobody has acknowledged."""

    kind = "emergency_call"
    actions = ("acknowledge",)

    def waiting(self, property_: Property) -> QuerySet[EmergencyCall]:
        return EmergencyCall.objects.filter(property=property_, acknowledged_at__isnull=True)

    def items(self, property_: Property, limit: int) -> Sequence[Item]:
        present = (
            Occupancy.objects.filter(until__isnull=True)
            .select_related("stay")
            .prefetch_related("stay__guests")
        )
        calls = (
            self.waiting(property_)
            .select_related("room")
            .prefetch_related(Prefetch("room__occupancies", present))
        )
        return [
            Item(
                id=f"{self.kind}:{call.pk}",
                kind=self.kind,
                since=call.started_at,
                detail=_describe(call),
                actions=self.actions,
                room=call.room,
            )
            for call in calls.order_by("pk")[:limit]
        ]

    def resolve(self, row: EmergencyCall, decision: Decision) -> None:
        row.acknowledged_at = now()
        row.save(update_fields=["acknowledged_at"])


def _describe(call: EmergencyCall) -> str:
    """Room, floor and guests: what a night clerk needs at once."""
    where = f"room {call.room.number}" if call.room else f"extension {call.extension}"
    if call.room and call.room.floor:
        where += f", floor {call.room.floor}"
    names = ", ".join(
        str(guest)
        for occupancy in (call.room.occupancies.all() if call.room else ())
        for guest in occupancy.stay.guests.all()
    )
    return f"Emergency number {call.number} called from {where}" + (
        f" ({names})." if names else "."
    )
