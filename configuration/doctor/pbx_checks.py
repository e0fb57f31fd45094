"""Checks of the PBX itself: login, firmware, serial number and clock."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from configuration.doctor.context import Context
from configuration.doctor.findings import Finding, fault, ok, warning
from hotelpbx.clock import now
from pbx.client import DeviceInfo
from rooms.operations.health import CLOCK_APART

OLDEST_FIRMWARE: Final = (30, 10, 0, 59)  # of API 1.1.0 (L20-L23)


def password(context: Context) -> Iterator[Finding]:
    """A password is stored for this address."""
    told = context.pbx.password_fault if context.pbx else ""
    if told:
        yield fault(
            "PBX password",
            told,
            "Enter the password in the settings or load the hotel file again; a variable must be "
            "set for every process of the Procfile, and for this command.",
        )


def login(context: Context) -> Iterator[Finding]:
    """It answers to the shared token, and what it reports about itself is right."""
    asked_at = now()
    device = context.device = context.client.system.device_info()
    middle = asked_at + (now() - asked_at) / 2
    yield ok("PBX login", f"{device.name or 'The PBX'} answers, firmware {device.firmware or '?'}.")
    yield from firmware(device.firmware)
    assert context.pbx is not None  # noqa: S101 (it has just answered)
    yield from serial_number(context.pbx.serial_number, device.serial_number)
    yield from clock(device, context.pbx.zone, middle)
    yield from time_zone(device, context.pbx.zone)


def firmware(text: str) -> Iterator[Finding]:
    """The firmware is new enough for API 1.1.0."""
    oldest = ".".join(map(str, OLDEST_FIRMWARE))
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6}){2,4}", text):
        yield warning(
            "PBX firmware",
            f"Its version cannot be read: {text[:40]!r}.",
            f"Check on the PBX: {oldest} or newer is needed.",
        )
    elif tuple(map(int, text.split("."))) < OLDEST_FIRMWARE:
        yield fault(
            "PBX firmware",
            f"{text} is too old for API 1.1.0.",
            f"Update the PBX to {oldest} or newer.",
        )


def serial_number(configured: str, told: str) -> Iterator[Finding]:
    """It is the PBX that the hotel is configured for."""
    if configured and configured != told:
        yield fault(
            "PBX serial number",
            f"The PBX has {told}, the hotel has {configured}: its reports are set aside.",
            "Correct pbx.serial_number, or pbx.url if it leads to another PBX.",
        )


def clock(device: DeviceInfo, zone: ZoneInfo, at: datetime) -> Iterator[Finding]:
    """The clock is right: the alarms ring by it.

    :param zone: the configured zone of the clock; used if the PBX states none
    :param at: the instant at which the PBX was queried
    """
    told = device.clock(zone)
    if told is None:
        yield warning(
            "PBX clock",
            "It cannot be read.",
            "Compare it with an accurate clock: alarms ring by it.",
        )
        return
    seconds = round((told - at).total_seconds())
    if abs(seconds) <= CLOCK_APART:
        apart = "It matches our clock." if abs(seconds) <= 1 else f"It differs by {seconds:+d} s."
        yield ok("PBX clock", apart)
        return
    # The PBX reports whole seconds, and its answer takes a while to arrive.
    about = timedelta(seconds=5 * round(abs(seconds) / 5))
    where = "ahead of" if seconds > 0 else "behind"
    yield fault(
        "PBX clock",
        f"It is {about} {where} ours.",
        "Set date, time and zone on the PBX, preferably by NTP; check this server's clock too. "
        "Wake-up calls ring by the PBX's clock.",
    )


def time_zone(device: DeviceInfo, zone: ZoneInfo) -> Iterator[Finding]:
    """Its UTC offset is that of the configured zone at that moment."""
    told = device.utc_offset
    if device.system_time is None or told is None:
        yield warning(
            "PBX time zone",
            "The PBX does not state its offset from UTC.",
            f"Check on the PBX that its zone is {zone.key}.",
        )
        return
    expected = device.system_time.astimezone(zone).utcoffset()
    if told == expected:
        yield ok("PBX time zone", f"It is that of {zone.key}, {_offset(told)}.")
        return
    remedy = "Set the zone on the PBX, or pbx.timezone, so that both are the same."
    if told == -(expected or timedelta()):
        remedy = (
            "Only the sign differs. If the PBX shows the right time on its own page, it writes "
            "the sign the other way round: report it with the firmware version. "
            f"Otherwise: {remedy}"
        )
    yield fault(
        "PBX time zone",
        f"The PBX says {_offset(told)}, {zone.key} is {_offset(expected or timedelta())}.",
        remedy,
    )


def _offset(offset: timedelta) -> str:
    minutes = int(offset.total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"
