"""Checks of the time zones of the hotel and its PBX, which the database uses, too."""

from collections.abc import Iterator
from zoneinfo import available_timezones

from configuration.doctor.context import Context
from configuration.doctor.findings import Finding, fault, ok, warning
from rooms.time_zones import has_same_rules, zone_error


def time_zones(context: Context) -> Iterator[Finding]:
    """Python and PostgreSQL know both, with the same rules."""
    named = {"property.timezone": context.property.timezone}
    # A zone that Python does not know either shows up when the PBX is queried.
    if context.pbx is not None and context.pbx.timezone in available_timezones():
        named["pbx.timezone"] = context.pbx.timezone
    sound = True
    for key, name in named.items():
        for finding in _of_one(key, name):
            sound = False
            yield finding
    if sound:
        yield ok("time zones", f"{', '.join(dict.fromkeys(named.values()))}: known everywhere.")


def _of_one(key: str, name: str) -> Iterator[Finding]:
    if zone_error(name):
        yield fault(
            "time zones",
            f"{key} {name} is not known to PostgreSQL: reports by day fail.",
            f"Correct {key}, or bring PostgreSQL's time zones up to date.",
        )
    elif not has_same_rules(name):
        yield warning(
            "time zones",
            f"Python and PostgreSQL have different rules for {key} {name}.",
            "Bring the time zones of this machine (tzdata) and of PostgreSQL up to date.",
        )
