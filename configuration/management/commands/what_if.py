"""``manage.py what_if PROPERTY FILE [--since T] [--until T]``."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing.what_if import Comparison, Line, compare
from configuration.hotel_file.faults import HotelFileFaults
from configuration.hotel_file.proposal import proposal_of
from configuration.hotel_file.schema import parse_hotel_file
from configuration.periods import instant_given, last_month
from hotelpbx.instants import EARLIEST, LATEST
from hotelpbx.money import round_money
from rooms.models import Property


class Command(BaseCommand):
    """Prices calls again by the tariffs of a hotel file. Nothing is written."""

    help = "Shows what calls (default: last month's) would have cost under a hotel file's tariffs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("property", help="code of the property")
        parser.add_argument("file", type=Path, help="a hotel file; its tariffs are not loaded")
        parser.add_argument("--since", help="2026-05-01T00:00, hotel time")
        parser.add_argument("--until", help="2026-06-01T00:00, hotel time")

    def handle(self, *args: Any, **options: Any) -> None:
        property_ = Property.objects.filter(code=options["property"]).first()
        if property_ is None:
            raise CommandError(f"There is no property {options['property']}.")
        since, until = _period(property_, options["since"], options["until"])
        try:
            proposal = proposal_of(parse_hotel_file(options["file"]), property_)
        except HotelFileFaults as faults:
            raise CommandError(str(faults)) from None
        found = compare(property_, proposal, since, until)
        self.stdout.write(f"Calls from {since:%Y-%m-%d %H:%M} to {until:%Y-%m-%d %H:%M}.")
        for line in _table(found, property_.currency):
            self.stdout.write(line)
        self.stdout.write("Nothing was changed.")


def _period(property_: Property, since: str | None, until: str | None) -> tuple[datetime, datetime]:
    begin, end = last_month(property_)
    try:
        begin = instant_given(property_, since) if since else begin
        end = instant_given(property_, until) if until else property_.local_now() if since else end
    except ValueError:
        raise CommandError(
            f"{since or until} is not a time like 2026-05-01T00:00 "
            f"in the years from {EARLIEST} to {LATEST}."
        ) from None
    if begin >= end:
        raise CommandError("The period ends before it begins: --since must be the earlier.")
    return begin, end


def _table(found: Comparison, currency: str) -> Iterator[str]:
    width = max(len(line.destination) for line in (*found.lines, Line("destination")))
    yield f"{'destination':{width}} {'calls':>8} {'now':>14} {'new':>14} {'difference':>14}"
    total = Line(f"total {currency}", found.total.calls, found.total.old, found.total.new)
    for line in (*found.lines, total):
        sums = (round_money(each, currency) for each in (line.old, line.new, line.difference))
        amounts = " ".join(f"{each:>14}" for each in sums)
        yield f"{line.destination:{width}} {line.calls:>8} {amounts}"
    if found.unrated:
        yield f"Without a rate: {found.unrated} calls, such as {', '.join(found.examples)}."
    if found.unrated_before:
        yield f"{found.unrated_before} of the calls have no price now: they count as 0."
