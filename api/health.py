"""How the whole is: the checks behind ``status/``.

Each looks at rows, but for the broker, which is asked for at most a second. ``down``: something
does not work at all; ``degraded``: it works, and somebody should look.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from hotelpbx import broker
from hotelpbx.clock import now
from pbx import pulse
from pbx.models import Command, PbxLink, Report
from rooms.models import Property

State = Literal["ok", "degraded", "down"]

PULSE_MISSING: Final = timedelta(seconds=60)
CLOCK_APART: Final = 60.0  # seconds (design §4)
REPORTS_OLD: Final = timedelta(seconds=60)
COMMANDS_OLD: Final = timedelta(seconds=75)


@dataclass(frozen=True)
class Check:
    """One of the things that are watched. ``since``: from when on it has been so, if known."""

    name: str
    state: State
    detail: str
    since: datetime | None = None


def checks(property_: Property) -> list[Check]:
    """All checks of a property."""
    return [check(property_) for check in _CHECKS]


def overall(found: list[Check]) -> State:
    """``down`` when workers or database are; with Redis or the PBX away the desk still works."""
    states = {check.name: check.state for check in found}
    if "down" in (states["database"], states["workers"]):
        return "down"
    return "ok" if set(states.values()) == {"ok"} else "degraded"


def _database(property_: Property) -> Check:
    return Check("database", "ok", "It answers.")  # the property was just read from it


def _broker(property_: Property) -> Check:
    if broker.answers():
        return Check("broker", "ok", "It answers.")
    return Check("broker", "down", "Redis does not answer: work goes on by the sweep later.")


def _workers(property_: Property) -> Check:
    last = pulse.last_worker_pulse()
    if last is None or now() - last > PULSE_MISSING:
        return Check("workers", "down", "No worker is at work: start worker and beat.", last)
    return Check("workers", "ok", "They are at work.")


def _link(property_: Property) -> Check:
    link = PbxLink.objects.filter(pbx=property_.pbx_id).first()
    if link is None or link.state == PbxLink.State.UNKNOWN:
        return Check("pbx_link", "degraded", "The PBX has not been spoken to yet.")
    if link.state == PbxLink.State.UP:
        return Check("pbx_link", "ok", "The PBX answers.", link.state_since)
    return Check("pbx_link", "down", link.last_error, link.state_since)


def _clock(property_: Property) -> Check:
    link = PbxLink.objects.filter(pbx=property_.pbx_id).first()
    if link is None or link.clock_difference is None:
        return Check("pbx_clock", "degraded", "The PBX's clock is not known yet.")
    seconds = round(link.clock_difference)
    if abs(seconds) > CLOCK_APART:
        words = f"The PBX's clock is {abs(seconds)} s {'ahead' if seconds > 0 else 'behind'}."
        return Check("pbx_clock", "degraded", f"{words} Set it, wake-up calls ring by it.")
    return Check("pbx_clock", "ok", f"{seconds:+d} s")


def _reports(property_: Property) -> Check:
    oldest = (
        Report.objects.filter(pbx=property_.pbx_id, state=Report.State.RECEIVED)
        .order_by("pk")
        .values_list("received_at", flat=True)
        .first()
    )
    if oldest and now() - oldest > REPORTS_OLD:
        return Check("reports_backlog", "degraded", "Reports wait to be processed.", oldest)
    return Check("reports_backlog", "ok", "None waits for long.")


def _commands(property_: Property) -> Check:
    commands = Command.objects.filter(pbx=property_.pbx_id)
    oldest = (
        commands.filter(state__in=[Command.State.WAITING, Command.State.IN_FLIGHT])
        .order_by("created_at")
        .values_list("created_at", flat=True)
        .first()
    )
    failed = commands.filter(state=Command.State.FAILED).count()
    if oldest and now() - oldest > COMMANDS_OLD:
        return Check("commands_backlog", "degraded", "Phone work waits.", oldest)
    if failed:
        return Check("commands_backlog", "degraded", f"{failed} commands need a person.")
    return Check("commands_backlog", "ok", "None waits for long.")


_CHECKS: Final[tuple[Callable[[Property], Check], ...]] = (
    _database,
    _broker,
    _workers,
    _link,
    _clock,
    _reports,
    _commands,
)
