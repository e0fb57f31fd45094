"""``manage.py pbx_simulator [--port N] …``: the simulated PBX alone."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from pbx.simulator import cli


class Command(BaseCommand):
    help = "Runs a simulated S-Series PBX, with a page of its own to use its telephones."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        cli.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        cli.run(argparse.Namespace(**options))
