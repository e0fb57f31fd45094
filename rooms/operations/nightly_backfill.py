"""Nightly comparison with the PBX's list of calls, in a quiet hour of hotel local time."""

from datetime import datetime, time, timedelta
from typing import Final

from pbx import cdr_backfill
from rooms.models import Property

# Few people call, and it is before the nightly resync (rooms/resync/running.py).
QUIET: Final = time(3, 15)


def fetch_due() -> None:
    """Backfill the calls of the last day for each hotel where that is due."""
    for property_ in Property.objects.select_related("pbx").filter(pbx__isnull=False):
        if property_.pbx is not None:
            cdr_backfill.backfill_if_due(property_.pbx, last_quiet_hour(property_))


def last_quiet_hour(property_: Property) -> datetime:
    """The last time it was :data:`QUIET` in hotel local time."""
    local = property_.local_now()
    today = datetime.combine(local.date(), QUIET, property_.zone)
    if today <= local:
        return today
    return datetime.combine(local.date() - timedelta(days=1), QUIET, property_.zone)
