"""deviceinfo/query (L607-L646): information about the PBX."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Final

from pbx.client.answers import needed
from pbx.client.caller import Caller
from pbx.client.values import number_or_none
from pbx.errors import ServerFault
from pbx.reports.parsing.instants import wall_clock

_CLOCK: Final = re.compile(r"(\S+ [0-9:]+)\s*(.*)")
_OFFSET: Final = re.compile(r"(?:UTC|GMT)?\s*(?:([+-])([0-9]{1,2})(?::?([0-9]{2}))?)?", re.I)
_UPTIME: Final = re.compile(
    r"(?:([0-9]{1,5})\s*days?,?\s*)?([0-9]{1,6}):([0-9]{2})(?::([0-9]{2}))?"
)
_MOST: Final = timedelta(hours=15)


@dataclass(frozen=True)
class DeviceInfo:
    """Information about the PBX.

    :ivar system_time: its clock; aware if it states its offset (``UTC-8``), else naive; None if
        unreadable
    :ivar uptime: time since it was started; None if unreadable
    :ivar extensions: the number of extensions; None if not stated
    """

    name: str
    serial_number: str
    hardware: str
    firmware: str
    system_time: datetime | None
    uptime: timedelta | None
    extensions: int | None
    extensions_possible: int | None

    @property
    def utc_offset(self) -> timedelta | None:
        """The offset of the PBX's clock from UTC; None if not stated."""
        return self.system_time.utcoffset() if self.system_time else None

    def clock(self, zone: tzinfo) -> datetime | None:
        """The time of its clock, aware: the middle of the stated second (L638-L641).

        :param zone: the clock's time zone if it states none
        """
        if self.system_time is None:
            return None
        told = (
            self.system_time if self.system_time.tzinfo else self.system_time.replace(tzinfo=zone)
        )
        return told + timedelta(milliseconds=500)


class System:
    """Requests about the PBX as a whole."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def device_info(self) -> DeviceInfo:
        """Query information about the PBX."""
        found = self._caller.call("deviceinfo/query").objects("deviceinfo")
        if not found:
            raise ServerFault("The PBX answered without saying what it is. It is tried again.")
        info = found[0]
        there, _, possible = info.text("extensionstatus").partition("/")
        return DeviceInfo(
            name=info.text("devicename"),
            serial_number=needed(info, "sn"),
            hardware=info.text("hardwarever"),
            firmware=info.text("firmwarever"),
            system_time=parse_system_time(info.text("systemtime")),
            uptime=parse_uptime(info.text("uptime")),
            extensions=number_or_none(there.strip()),
            extensions_possible=number_or_none(possible.strip()),
        )


def parse_system_time(text: str) -> datetime | None:
    """``2017-05-24 23:25:20 UTC-8``: the only place where the PBX states its offset (L642).

    Also with ``UTC+5:30``, ``UTC+08:00`` or ``UTC``; naive with any other zone or none; None if
    there is no time.
    """
    match = _CLOCK.fullmatch(text.strip())
    local = wall_clock(match[1]) if match else None
    offset = _offset(match[2]) if match else None
    if local is None or offset is None:
        return local
    return local.replace(tzinfo=timezone(offset))


def _offset(text: str) -> timedelta | None:
    match = _OFFSET.fullmatch(text)
    if not text or match is None:
        return None
    size = timedelta(hours=int(match[2] or 0), minutes=int(match[3] or 0))
    if size >= _MOST:
        return None
    return -size if match[1] == "-" else size


def parse_uptime(text: str) -> timedelta | None:
    """``03:25:04``, ``100:25:04``, ``1 day, 03:25:04`` or ``3 days 3:25``; else None."""
    match = _UPTIME.fullmatch(text.strip())
    if match is None:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
