"""Access to the simulated PBX, and delivery without waiting."""

from datetime import timedelta

from hotelpbx.clock import now
from pbx import outbox
from pbx.delivery import deliver_due
from pbx.models import Command, Pbx, PbxLink
from pbx.simulator import Simulator
from pbx.simulator.state import Extension

ALARM = {"time": "07:00", "repeats": "2", "repeatinterval": "5"}


def phone(exchange: Simulator, number: str = "2201") -> Extension:
    return exchange.state.extensions[number]


def name_of(exchange: Simulator, number: str = "2201") -> str:
    return phone(exchange, number).settings["username"]


def requests(exchange: Simulator, path: str) -> int:
    return sum(1 for entry in exchange.state.requests if entry["path"] == path)


def later(pbx: Pbx) -> None:
    """End all waiting times and pauses, and deliver again."""
    Command.objects.filter(pbx=pbx).update(next_try_at=now())
    PbxLink.objects.filter(pbx=pbx).update(paused_until=None)
    deliver_due(pbx)


def place(pbx: Pbx, extension: str = "2201", time: str = "07:00", subject: str = "w:1") -> Command:
    alarm = {**ALARM, "time": time, "not_after": (now() + timedelta(hours=1)).isoformat()}
    return outbox.place_alarm(pbx, extension, alarm, subject=subject)
