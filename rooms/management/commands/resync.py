"""``manage.py resync PROPERTY [--apply]``."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pbx.errors import PbxError
from rooms.audit import Actor, note
from rooms.models import Property
from rooms.resync.difference import Difference
from rooms.resync.running import Comparison, compare_and_repair

_HEADINGS = ("ROOM", "PHONE", "WHAT", "SHOULD BE", "IS", "DONE")


class Command(BaseCommand):
    """Exit status 1 if something differs that is not being repaired, or was not compared."""

    help = "Show what differs between the hotel and the PBX; change it only with --apply."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("property", help="code of the property")
        parser.add_argument(
            "--apply", action="store_true", help="repair what the hotel itself put there"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        property_ = Property.objects.select_related("pbx").filter(code=options["property"]).first()
        if property_ is None:
            raise CommandError(f"There is no property {options['property']}.")
        if property_.pbx is None:
            raise CommandError(f"Property {property_.code} has no PBX: load its hotel file.")
        try:
            result = compare_and_repair(property_, repairs=options["apply"])
        except PbxError as fault:
            raise CommandError(f"The PBX cannot be compared: {fault}") from None
        found = result.differences
        self._show(result)
        repaired = {each.id: each.outcome for each in found if each.outcome}
        if repaired:
            note(
                property_,
                Actor.system("manage.py resync"),
                "repair phones",
                f"property:{property_.code}",
                after=repaired,
            )
        if result.busy or any(not each.outcome.startswith("is being") for each in found):
            sys.exit(1)

    def _show(self, result: Comparison) -> None:
        if result.differences:
            rows = [_HEADINGS, *(_row(each) for each in result.differences)]
            widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
            for row in rows:
                cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
                self.stdout.write("  ".join(cells).rstrip())
        self.stdout.write(str(result))


def _row(each: Difference) -> tuple[str, ...]:
    kept = "kept: not set by the hotel" if each.can_repair and not each.ours else ""
    return each.room, each.extension, each.what, each.expected, each.actual, each.outcome or kept
