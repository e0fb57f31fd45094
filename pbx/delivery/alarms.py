"""Alarms: ``wakeupcall/create`` answers without an id (T2).

One extension that gets an alarm is asked for its id at once. Of many that get the same alarm only
the first is, as a witness that the PBX has understood: an id costs a request for each extension,
and nothing needs it before the alarm is taken back, which looks for it by its time anyway.
"""

from datetime import datetime
from typing import Any

from hotelpbx.clock import now
from pbx.client import Alarm, PlacedAlarm
from pbx.delivery.leased_client import LeasedClient
from pbx.errors import AlarmExists, AlarmMissing, Rejected, ServerFault
from pbx.models import Command

_ONCE = "onetime"


def place(leased: LeasedClient, commands: list[Command]) -> dict[int, dict[str, Any]]:
    """Set the same alarm on all extensions of the commands; learn the id of the first.

    After a lost answer the PBX is asked first: an alarm that is there is not set again.
    """
    first = commands[0]
    if first.outcome_unknown:
        if len(commands) > 1:
            _check_none_placed(leased, commands)
        elif (found := _find(leased, first)) is not None:
            return {first.pk: {"wakeupid": found.id}}
    _check_in_time(first)
    alarm = Alarm(
        time=first.payload["time"],
        repeats=int(first.payload["repeats"]),
        repeat_interval=int(first.payload["repeatinterval"]),
        prompt=first.payload.get("prompt", ""),
    )
    exists = False
    try:
        leased.renew_lease().wakeupcalls.create([command.extension for command in commands], alarm)
    except AlarmExists:
        if len(commands) > 1:
            raise  # which of them has it already is not said: each by itself
        exists = True
    return {first.pk: _id_result(leased, first, exists)}


def remove(leased: LeasedClient, commands: list[Command]) -> dict[int, dict[str, Any]]:
    """Take one alarm back; one that is not there is taken back already."""
    (command,) = commands
    found = _find(leased, command)
    if found is not None:
        try:
            leased.renew_lease().wakeupcalls.delete(command.extension, [found.id])
        except AlarmMissing:
            pass  # it rang for the last time between question and deletion
    return {}


def _find(leased: LeasedClient, command: Command) -> PlacedAlarm | None:
    """The command's alarm on the PBX: by its id, or else by its time (ids may be given anew)."""
    alike = [
        alarm
        for alarm in leased.renew_lease().wakeupcalls.query(command.extension)
        if alarm.time == command.payload["time"] and alarm.type == _ONCE and alarm.id
    ]
    known = [alarm for alarm in alike if alarm.id == command.payload.get("wakeupid")]
    return next(iter(known or alike), None)


def _check_none_placed(leased: LeasedClient, commands: list[Command]) -> None:
    """A part of a batch that was refused: did the PBX do some of it before it minded one (T36)?

    Whether it works through a list or refuses it as a whole, from the front or from the back, and
    goes on or stops: an end of the list shows it. What that does not show is told by 10022.

    :raises AlarmExists: it did: each extension by itself
    """
    for command in (commands[0], commands[-1]):
        if _find(leased, command) is not None:
            raise AlarmExists("The PBX had set a part of the alarms before it refused the others.")


def _id_result(leased: LeasedClient, command: Command, exists: bool) -> dict[str, Any]:
    found = _find(leased, command)
    if found is None and not exists:
        raise ServerFault("The PBX has accepted the alarm but does not list it: asked again.")
    return {"wakeupid": found.id if found else ""}


def _check_in_time(command: Command) -> None:
    """An alarm has no date: one that comes too late would ring a day later (T5)."""
    if now() > datetime.fromisoformat(command.payload["not_after"]):
        raise Rejected("It was too late to set the alarm on the PBX: wake the guest by hand.")
