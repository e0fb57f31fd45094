"""The start of a call: from its ``callid`` and from the PBX's local time."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

_CALLID: Final = re.compile(r"([0-9]{9,11})(\.[0-9]+)?")
_WALL_CLOCK: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]([0-9]{2}:[0-9]{2}:[0-9]{2})")
# A PBX that has lost its clock starts in 1970: such an instant says nothing about the call.
_EARLIEST: Final = datetime(2001, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)
# ``callid`` and ``timestart`` of a call are the same second, unless the clock was set between.
_CLOCK_STEP: Final = timedelta(minutes=5)


def call_started_at(callid: str) -> datetime | None:
    """The second at which the call began (aware, UTC), from the whole part of its ``callid``.

    ``<unix time>.<counter>`` is not documented, but all samples of the manuals agree with it.
    None if the text has another form or an implausible time.
    """
    match = _CALLID.fullmatch(callid.strip())
    return _sane(datetime.fromtimestamp(int(match[1]), UTC)) if match else None


def wall_clock(text: str) -> datetime | None:
    """``YYYY-MM-DD hh:mm:ss`` of the PBX's own clock, without a zone (T7); None if unreadable."""
    match = _WALL_CLOCK.fullmatch(text.strip())
    try:
        return datetime.fromisoformat(f"{match[1]}T{match[2]}") if match else None
    except ValueError:
        return None


def cdr_time(text: str, zone: tzinfo, not_before: datetime | None = None) -> datetime | None:
    """``timestart`` of a call record as an instant (aware, UTC); None if unreadable.

    :param zone: the time zone of the PBX's clock
    :param not_before: the earliest possible instant, normally :func:`call_started_at`

    A time that occurs twice, when clocks go back, is the first occurrence (``fold=0``), unless
    that is before ``not_before``. A time that is skipped when clocks go forward is read with the
    offset before the change.
    """
    local = wall_clock(text)
    if local is None:
        return None
    try:
        first, second = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    except OverflowError:
        return None
    if not_before is not None and first < second and first < not_before - _CLOCK_STEP:
        return _sane(second)
    return _sane(first)


def _sane(instant: datetime) -> datetime | None:
    return instant if _EARLIEST <= instant < _LATEST else None
