"""``manage.py load_hotel FILE [--dry-run] [--prune]``."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from configuration.hotel_file.faults import HotelFileFaults
from configuration.hotel_file.loading.load import load_hotel


class Command(BaseCommand):
    help = "Creates or updates a property from a hotel file and prints the changes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="show, change nothing")
        parser.add_argument(
            "--prune", action="store_true", help="remove what the file does not contain"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        dry_run = options["dry_run"]
        try:
            lines = load_hotel(options["file"], dry_run=dry_run, prune=options["prune"])
        except HotelFileFaults as faults:
            raise CommandError(f"Nothing was changed.\n{faults}") from None
        for line in lines:
            self.stdout.write(line)
        if dry_run:
            self.stdout.write(f"{len(lines)} changes would be made. Nothing was changed.")
        else:
            self.stdout.write(f"{len(lines)} changes." if lines else "Nothing to change.")
