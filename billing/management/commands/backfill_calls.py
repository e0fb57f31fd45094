"""``manage.py backfill_calls PROPERTY --since T [--until T]``."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hotelpbx.clock import now
from hotelpbx.instants import EARLIEST, LATEST, parse_instant
from pbx import cdr_download, session
from pbx.errors import PbxError
from pbx.models import Pbx
from pbx.reports.processing import process_reports
from rooms.models import Property


class Command(BaseCommand):
    """Downloads call records from the PBX and adds those that are missing."""

    help = "Download call records from the PBX and add those that are missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("property", help="code of the property")
        parser.add_argument("--since", required=True, help="2026-05-01T00:00, hotel time")
        parser.add_argument("--until", help="2026-05-02T00:00, hotel time; default: now")

    def handle(self, *args: Any, **options: Any) -> None:
        property_ = Property.objects.select_related("pbx").filter(code=options["property"]).first()
        if property_ is None:
            raise CommandError(f"There is no property {options['property']}.")
        if property_.pbx is None:
            raise CommandError(f"Property {property_.code} has no PBX: load its hotel file.")
        since = _instant(property_, "--since", options["since"])
        until = _instant(property_, "--until", options["until"]) if options["until"] else None
        if since >= (until or now()):
            raise CommandError("The period ends before it begins: --since must be the earlier.")
        self.stdout.write(self._backfill(property_.pbx, since, until))

    def _backfill(self, pbx: Pbx, since: datetime, until: datetime | None) -> str:
        try:
            missing = cdr_download.download_missing(
                pbx, session.client_for(pbx), since, until=until
            )
        except PbxError as fault:
            raise CommandError(f"The PBX does not give its list of calls: {fault}") from None
        process_reports(pbx)
        return f"{len(missing)} calls were missing and are added."


def _instant(property_: Property, option: str, text: str) -> datetime:
    """A time from the command line; without an offset, in hotel local time."""
    try:
        return parse_instant(text, property_.zone)
    except ValueError:
        raise CommandError(
            f"{option} {text!r} is not a time like 2026-05-01T00:00 "
            f"in the years from {EARLIEST} to {LATEST}."
        ) from None
