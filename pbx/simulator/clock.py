"""The PBX's own clock: wall-clock time in its zone, with an error that can be set."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


class Clock:
    """``offset``: seconds that it is ahead of this machine's clock.

    Tokens, locks and links go by :meth:`elapsed`: they get older with ``offset``, but not when
    the clock is put forward for an alarm, which would end the session that shall hear of it.
    """

    def __init__(self, zone: ZoneInfo, offset: float = 0) -> None:
        self.zone = zone
        self.offset = offset
        self._put_forward = 0.0

    def now(self) -> datetime:
        """The instant that the PBX believes it is, aware, in UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.offset + self._put_forward)

    def elapsed(self) -> timedelta:
        """Time since some fixed moment."""
        return timedelta(seconds=time.monotonic() + self.offset)

    def put_forward(self, seconds: float) -> None:
        """Show a later time, while nothing gets older."""
        self._put_forward += seconds

    def local(self) -> datetime:
        """What its display shows."""
        return self.now().astimezone(self.zone)

    def stamp(self) -> str:
        """``YYYY-MM-DD hh:mm:ss``, local and without a zone (T7)."""
        return self.local().strftime("%Y-%m-%d %H:%M:%S")

    def system_time(self) -> str:
        """As in ``deviceinfo``: ``2017-05-24 23:25:20 UTC-8`` (L641)."""
        local = self.local()
        minutes = int((local.utcoffset() or timedelta()).total_seconds()) // 60
        sign = "-" if minutes < 0 else "+"
        hours, rest = divmod(abs(minutes), 60)
        zone = f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")
        return f"{local:%Y-%m-%d %H:%M:%S} {zone}"
