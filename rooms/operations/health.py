"""Health checks behind ``status/``, the desk's status strip and ``/metrics``.

Each check assesses a :class:`~rooms.operations.status.PropertyStatus`, except that of the broker,
which is asked for at most a second. ``down``: something does not work at all; ``degraded``: it
works, but somebody should look.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from hotelpbx.clock import now
from hotelpbx.task_queue import broker
from pbx.link import UNATTENDED_AFTER
from pbx.models import PbxLink
from rooms.models import Property
from rooms.operations.status import PropertyStatus, read_status

State = Literal["ok", "degraded", "down"]

HEARTBEAT_MISSING: Final = timedelta(seconds=60)
CLOCK_APART: Final = 60.0  # seconds
REPORTS_OLD: Final = timedelta(seconds=60)
COMMANDS_OLD: Final = timedelta(seconds=75)


@dataclass(frozen=True)
class Check:
    """The result of one check.

    :param since: since when it has been so, if known
    :param phrase: a short form for the status strip; empty: not shown there
    """

    name: str
    state: State
    detail: str
    since: datetime | None = None
    phrase: str = ""


@dataclass(frozen=True)
class Health:
    """The status of a property and the checks of it."""

    status: PropertyStatus
    checks: tuple[Check, ...]

    @property
    def state(self) -> State:
        """``down`` if workers or database are down; without Redis or PBX the desk still works."""
        states = {check.name: check.state for check in self.checks}
        if "down" in (states["database"], states["workers"]):
            return "down"
        return "ok" if set(states.values()) == {"ok"} else "degraded"

    def check(self, name: str) -> Check:
        """The check of that name."""
        return next(check for check in self.checks if check.name == name)


def health_of(
    property_: Property, broker_answers: Callable[[], bool] = broker.is_reachable
) -> Health:
    """The current health of a property.

    :param broker_answers: tells whether the broker answers
    """
    status = read_status(property_)
    checks = (
        Check("database", "ok", "It answers."),  # the numbers were just read from it
        _broker(broker_answers()),
        *(check(status, property_) for check in _CHECKS),
    )
    return Health(status, checks)


def local_time(property_: Property, instant: datetime) -> str:
    """An instant in hotel local time: ``14:02``, on other days with the date."""
    local = instant.astimezone(property_.zone)
    today = local.date() == property_.local_now().date()
    return f"{local:%H:%M}" if today else f"{local:%Y-%m-%d %H:%M}"


def _broker(answers: bool) -> Check:
    if answers:
        return Check("broker", "ok", "It answers.")
    words = "Redis does not answer: tasks run later, at the next scheduled sweep."
    return Check("broker", "down", words, phrase="Redis is down")


def _workers(status: PropertyStatus, property_: Property) -> Check:
    last = status.worker_seen_at
    if last is None or status.at - last > HEARTBEAT_MISSING:
        words = "No worker is running: start worker and beat."
        return Check("workers", "down", words, last, "No worker is running")
    return Check("workers", "ok", "They are running.")


def _link(status: PropertyStatus, property_: Property) -> Check:
    link = status.link
    if link is None or link.state == PbxLink.State.UNKNOWN:
        words = "The PBX has not been contacted yet."
        return Check("pbx_link", "degraded", words, phrase="PBX not contacted yet")
    if link.state == PbxLink.State.UP:
        return _check_link_up(status, link, property_)
    words = link.last_error or "The PBX does not answer."
    if link.locked_until and link.locked_until > status.at:
        words += f" It is tried again after {local_time(property_, link.locked_until)}, hotel time."
    refused = link.state == PbxLink.State.REFUSED
    phrase = "PBX refuses the login" if refused else "PBX does not answer"
    return Check("pbx_link", "down", words, link.state_since, phrase)


def _check_link_up(status: PropertyStatus, link: PbxLink, property_: Property) -> Check:
    missing = link.reports_missing_since
    if missing:
        words = (
            f"The PBX answers, but has sent no reports since {local_time(property_, missing)}. "
            "Check that it reaches REPORT_BASE_URL, and that no other program logs in to it."
        )
        return Check("pbx_link", "degraded", words, missing, "PBX sends no reports")
    if link.used_at and status.at - link.used_at > UNATTENDED_AFTER:
        last = local_time(property_, link.used_at)
        words = f"The PBX answered at {last}, and has not been contacted since: check the workers."
        return Check("pbx_link", "degraded", words, link.used_at, f"PBX not contacted since {last}")
    words = "The PBX answers."
    if link.pace_seconds:
        words += (
            " It asked us to slow down (10025): one request at a time, "
            f"with pauses of {link.pace_seconds:g} s."
        )
    return Check("pbx_link", "ok", words, link.state_since, "PBX connected")


def clock_check(property_: Property) -> Check:
    """The check of the PBX's clock, by which wake-up calls ring, in one query."""
    return _check_clock(PbxLink.objects.select_related("pbx").filter(pbx=property_.pbx_id).first())


def _clock(status: PropertyStatus, property_: Property) -> Check:
    return _check_clock(status.link)


def _check_clock(link: PbxLink | None) -> Check:
    if link is None or link.clock_difference is None:
        return Check("pbx_clock", "degraded", "The PBX's clock is not known yet.")
    seconds = round(link.clock_difference)
    if abs(seconds) > CLOCK_APART:
        apart = f"{abs(seconds)} s {'ahead' if seconds > 0 else 'behind'}"
        words = f"The PBX's clock is {apart}. Set it: wake-up calls ring by it."
        return Check("pbx_clock", "degraded", words, phrase=f"PBX clock {apart}")
    expected = (link.used_at or now()).astimezone(link.pbx.zone).utcoffset() or timedelta()
    says = timedelta(seconds=link.utc_offset_seconds or 0)
    if link.utc_offset_seconds is not None and says != expected:
        words = (
            f"The PBX's zone is {_offset(says)}, {link.pbx.zone.key} is {_offset(expected)}. "
            "Set the zone on the PBX, or pbx.timezone: wake-up calls ring by it."
        )
        return Check("pbx_clock", "degraded", words, phrase=f"PBX zone is {_offset(says)}")
    return Check("pbx_clock", "ok", f"{seconds:+d} s")


def _offset(offset: timedelta) -> str:
    minutes = int(offset.total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def _reports(status: PropertyStatus, property_: Property) -> Check:
    oldest = status.oldest_report_at
    if oldest and status.at - oldest > REPORTS_OLD:
        words = f"{_some(status.reports_waiting, 'report waits', 'reports wait')} to be processed."
        phrase = f"Reports waiting since {local_time(property_, oldest)}"
        return Check("reports_backlog", "degraded", words, oldest, phrase)
    return Check("reports_backlog", "ok", "No backlog.")


def _commands(status: PropertyStatus, property_: Property) -> Check:
    oldest = status.oldest_command_at
    if oldest and status.at - oldest > COMMANDS_OLD:
        words = f"Phone commands waiting: {_some(status.commands_waiting, 'command', 'commands')}."
        phrase = f"Phone commands waiting since {local_time(property_, oldest)}"
        return Check("commands_backlog", "degraded", words, oldest, phrase)
    if status.commands_failed:
        words = f"{_some(status.commands_failed, 'command needs', 'commands need')} a person."
        # The status strip counts attention items already.
        return Check("commands_backlog", "degraded", words, status.oldest_failure_at)
    return Check("commands_backlog", "ok", "No backlog.")


def _some(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


_CHECKS: Final[tuple[Callable[[PropertyStatus, Property], Check], ...]] = (
    _workers,
    _link,
    _clock,
    _reports,
    _commands,
)
