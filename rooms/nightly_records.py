"""Every night, in a quiet hour by the hotel's walls, the PBX's list of calls is compared."""

from datetime import datetime, time, timedelta
from typing import Final

from pbx import gaps
from rooms.models import Property

# Before the phones are compared (rooms/resync/running.py), when few people call.
QUIET: Final = time(3, 15)


def fetch_due() -> None:
    """Have the calls of the last day compared, where that was not done since the quiet hour."""
    for hotel in Property.objects.select_related("pbx").filter(pbx__isnull=False):
        if hotel.pbx is not None:
            gaps.close(hotel.pbx, last_quiet_hour(hotel))


def last_quiet_hour(hotel: Property) -> datetime:
    """When :data:`QUIET` was last on the hotel's walls."""
    local = hotel.local_now()
    today = datetime.combine(local.date(), QUIET, hotel.zone)
    if today <= local:
        return today
    return datetime.combine(local.date() - timedelta(days=1), QUIET, hotel.zone)
