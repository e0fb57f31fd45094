"""Time zones: whether the database knows a zone, and correcting a wrong one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import DataError, connection, transaction

from hotelpbx.clock import now
from rooms.models import Property
from rooms.signals import zones_changed

# A year ahead, so that summer and winter time are compared.
_STEPS: Final = 13
_STEP: Final = timedelta(days=30)

_OFFSETS: Final = """
SELECT extract(epoch FROM (instant AT TIME ZONE %s) - (instant AT TIME ZONE 'UTC'))::int
  FROM unnest(%s::timestamptz[]) WITH ORDINALITY AS given (instant, place) ORDER BY place
"""


@dataclass(frozen=True)
class Zones:
    """IANA names of a hotel's zones; ``pbx`` is empty without a PBX."""

    hotel: str
    pbx: str


def zones_of(code: str) -> Zones | None:
    """The stored zones of the hotel with this code; None: there is no such hotel yet."""
    property_ = Property.objects.select_related("pbx").filter(code=code).first()
    return (
        Zones(property_.timezone, property_.pbx.timezone if property_.pbx else "")
        if property_
        else None
    )


def send_if_changed(code: str, before: Zones | None) -> None:
    """Send ``zones_changed`` if the zones differ from ``before``.

    A caller that holds locks on stays must also hold those on all rooms.
    """
    if before is None or zones_of(code) == before:
        return
    property_ = Property.objects.select_related("pbx").get(code=code)
    zones_changed.send(sender=Property, property_=property_, before=ZoneInfo(before.hotel))


def zone_error(name: str) -> str:
    """The error message for a zone that PostgreSQL does not know; empty: it does."""
    if _offsets(name, [now()]) is not None:
        return ""
    return (
        f'"{name}" is not known to the database, which counts the days of the reports: choose a '
        "place of the same time, or bring PostgreSQL's time zones up to date"
    )


def has_same_rules(name: str) -> bool:
    """Whether Python and PostgreSQL have the same offsets for the coming year."""
    instants = [now() + _STEP * step for step in range(_STEPS)]
    zone = ZoneInfo(name)
    offsets = [each.astimezone(zone).utcoffset() or timedelta() for each in instants]
    return _offsets(name, instants) == [int(each.total_seconds()) for each in offsets]


def _offsets(name: str, instants: list[datetime]) -> list[int] | None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_OFFSETS, [name, instants])
            return [row[0] for row in cursor.fetchall()]
    except DataError:
        return None
