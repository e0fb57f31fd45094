"""Every night, in a quiet hour by the hotel's walls, the PBX's list of calls is compared."""

from datetime import datetime, time, timedelta
from typing import Final

from pbx import cdr_backfill
from rooms.models import Property

# Before the phones are compared (rooms/resync/running.py), when few people call.
QUIET: Final = time(3, 15)


def fetch_due() -> None:
    """Have the calls of the last day compared, where that was not done since the quiet hour."""
    for property_ in Property.objects.select_related("pbx").filter(pbx__isnull=False):
        if property_.pbx is not None:
            cdr_backfill.backfill_if_due(property_.pbx, last_quiet_hour(property_))


def last_quiet_hour(property_: Property) -> datetime:
    """When :data:`QUIET` was last on the hotel's walls."""
    local = property_.local_now()
    today = datetime.combine(local.date(), QUIET, property_.zone)
    if today <= local:
        return today
    return datetime.combine(local.date() - timedelta(days=1), QUIET, property_.zone)
