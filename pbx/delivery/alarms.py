"""Alarms: ``wakeupcall/create`` answers without an id (T2), so the PBX is asked for it."""

from datetime import datetime
from typing import Any

from hotelpbx.clock import now
from pbx.client import Alarm, PlacedAlarm
from pbx.delivery.conversation import Conversation
from pbx.errors import AlarmExists, AlarmMissing, Rejected, ServerFault
from pbx.models import Command

_ONCE = "onetime"


def place(talk: Conversation, commands: list[Command]) -> dict[int, dict[str, Any]]:
    """Set the same alarm on all extensions of the commands, and learn its ids.

    After a lost answer the PBX is asked first: an alarm that is there is not set again.
    """
    first = commands[0]
    if first.outcome_unknown and (found := _find(talk, first)) is not None:
        return {first.pk: {"wakeupid": found.id}}
    _must_be_in_time(first)
    alarm = Alarm(
        time=first.payload["time"],
        repeats=int(first.payload["repeats"]),
        repeat_interval=int(first.payload["repeatinterval"]),
        prompt=first.payload.get("prompt", ""),
    )
    exists = False
    try:
        talk.pbx.wakeupcalls.create([command.extension for command in commands], alarm)
    except AlarmExists:
        if len(commands) > 1:
            raise  # which of them has it already is not said: each by itself
        exists = True
    return {command.pk: _learned(talk, command, exists) for command in commands}


def remove(talk: Conversation, commands: list[Command]) -> dict[int, dict[str, Any]]:
    """Take one alarm back; one that is not there is taken back already."""
    (command,) = commands
    found = _find(talk, command)
    if found is not None:
        try:
            talk.pbx.wakeupcalls.delete(command.extension, [found.id])
        except AlarmMissing:
            pass  # it rang for the last time between question and deletion
    return {}


def _find(talk: Conversation, command: Command) -> PlacedAlarm | None:
    """The command's alarm on the PBX: by its id, or else by its time (ids may be given anew)."""
    alike = [
        alarm
        for alarm in talk.pbx.wakeupcalls.query(command.extension)
        if alarm.time == command.payload["time"] and alarm.type == _ONCE and alarm.id
    ]
    known = [alarm for alarm in alike if alarm.id == command.payload.get("wakeupid")]
    return next(iter(known or alike), None)


def _learned(talk: Conversation, command: Command, exists: bool) -> dict[str, Any]:
    found = _find(talk, command)
    if found is None and not exists:
        raise ServerFault("The PBX has accepted the alarm but does not list it: asked again.")
    return {"wakeupid": found.id if found else ""}


def _must_be_in_time(command: Command) -> None:
    """An alarm has no date: one that comes too late would ring a day later (T5)."""
    if now() > datetime.fromisoformat(command.payload["not_after"]):
        raise Rejected("It was too late to set the alarm on the PBX: wake the guest by hand.")
