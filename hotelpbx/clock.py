"""The clock of the application.

Every module takes the time from here, so that a rehearsal can run at another time
(``HOTELPBX_CLOCK_OFFSET``) and a test can stop the clock.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """The current time, aware, in UTC, shifted by ``HOTELPBX_CLOCK_OFFSET`` seconds."""
    return timezone.now() + timedelta(seconds=settings.CLOCK_OFFSET)


def whole_second(instant: datetime) -> datetime:
    """``instant`` without its fraction: stays and calls are compared by whole seconds."""
    return instant.replace(microsecond=0)
