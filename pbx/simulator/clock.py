"""The PBX's own clock: local time, with an adjustable error."""

import time
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_FIRST: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Clock:
    """``offset``: seconds that it is ahead of the true time.

    Tokens, locks and links use :meth:`elapsed`: they age with ``offset``, but not if the clock is
    advanced to an alarm, which would end the session that is to get its reports.
    """

    def __init__(self, zone: ZoneInfo, offset: float = 0) -> None:
        self.zone = zone
        self.offset = offset
        self._advanced = 0.0
        self._held: datetime | None = None
        # The difference between held instants and the monotonic clock.
        self._epoch = timedelta()

    @property
    def held(self) -> bool:
        """Whether it is stopped until it is set again."""
        return self._held is not None

    def hold(self, at: datetime) -> None:
        """Stop at the true time ``at``; only the next call moves it."""
        if self._held is None:
            self._epoch = timedelta(seconds=time.monotonic()) - (at - _FIRST)
        self._held = at

    def true_time(self) -> datetime:
        """The time of an accurate clock, aware, in UTC."""
        return self._held or datetime.now(UTC)

    def now(self) -> datetime:
        """The time of the PBX, aware, in UTC."""
        return self.true_time() + timedelta(seconds=self.offset + self._advanced)

    def true_time_at(self, shown: datetime) -> datetime:
        """The true time at which this clock shows ``shown``."""
        return shown - timedelta(seconds=self.offset + self._advanced)

    def elapsed(self) -> timedelta:
        """Time since an arbitrary fixed instant."""
        passed = timedelta(seconds=time.monotonic())
        if self._held is not None:
            passed = self._held - _FIRST + self._epoch
        return passed + timedelta(seconds=self.offset)

    def advance(self, seconds: float) -> None:
        """Show a later time, without aging tokens and links."""
        self._advanced += seconds

    def local(self) -> datetime:
        """The PBX's local time."""
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
