"""``manage.py doctor [PROPERTY]``."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from configuration.doctor import run
from configuration.doctor.findings import Finding, State, fault
from configuration.doctor.table import summary, table
from rooms.models import Property


class Command(BaseCommand):
    help = "Checks the installation, the PBXs and the prices; says what to do. Exits 1 on a fault."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("property", nargs="?", help="a property's code; without: all")

    def handle(self, *args: Any, **options: Any) -> None:
        found = run.check_installation()
        self._show("Installation", found)
        if run.database_is_usable(found):
            found += self._examine_hotels(options["property"])
        self.stdout.write(summary(found))
        if _faulty(found):
            sys.exit(1)

    def _examine_hotels(self, code: str | None) -> list[Finding]:
        properties = list(Property.objects.select_related("pbx").order_by("code"))
        if code:
            properties = [each for each in properties if each.code == code]
            if not properties:
                raise CommandError(f"There is no property {code}: load its hotel file.")
        if not properties:
            found = [fault("hotels", "There is none.", "Load one: manage.py load_hotel FILE.")]
            self._show("Hotels", found)
            return found
        found = []
        for each in properties:
            examined = run.check_property(each)
            self._show(f"{each.name} ({each.code})", examined)
            found += examined
        return found

    def _show(self, title: str, findings: list[Finding]) -> None:
        for line in table(title, findings):
            self.stdout.write(line)


def _faulty(findings: list[Finding]) -> bool:
    return any(finding.state == State.FAULT for finding in findings)
