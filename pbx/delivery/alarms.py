"""Setting and removing alarms: ``wakeupcall/create`` answers without an id (T2).

The id of a single alarm is queried at once. Of many equal alarms only the first is queried, as a
check that the PBX has set them: an id costs one request for each extension and is not needed
before the alarm is removed, which finds it by its time anyway.
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
    """Set the same alarm on all extensions of the commands; query the id of the first.

    After a lost answer the PBX is queried first: an alarm that exists is not set again.
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
            raise  # the PBX does not say which has it: try each separately
        exists = True
    return {first.pk: _id_result(leased, first, exists)}


def remove(leased: LeasedClient, commands: list[Command]) -> dict[int, dict[str, Any]]:
    """Remove one alarm, if it exists."""
    (command,) = commands
    found = _find(leased, command)
    if found is not None:
        try:
            leased.renew_lease().wakeupcalls.delete(command.extension, [found.id])
        except AlarmMissing:
            pass  # it rang for the last time between query and deletion
    return {}


def _find(leased: LeasedClient, command: Command) -> PlacedAlarm | None:
    """The command's alarm on the PBX: by its id, or else by its time (ids may change)."""
    alike = [
        alarm
        for alarm in leased.renew_lease().wakeupcalls.query(command.extension)
        if alarm.time == command.payload["time"] and alarm.type == _ONCE and alarm.id
    ]
    known = [alarm for alarm in alike if alarm.id == command.payload.get("wakeupid")]
    return next(iter(known or alike), None)


def _check_none_placed(leased: LeasedClient, commands: list[Command]) -> None:
    """Check for a part of a rejected batch that the PBX set none of its alarms (T36).

    The first and the last extension show it, whether the PBX works through a list from the front or
    from the back, and whether it continues after an error. Error 10022 shows what these miss.

    :raises AlarmExists: it set some: each extension must be tried separately
    """
    for command in (commands[0], commands[-1]):
        if _find(leased, command) is not None:
            raise AlarmExists("The PBX had set a part of the alarms before it refused the others.")


def _id_result(leased: LeasedClient, command: Command, exists: bool) -> dict[str, Any]:
    found = _find(leased, command)
    if found is None and not exists:
        raise ServerFault("The PBX has accepted the alarm but does not list it. It is tried again.")
    return {"wakeupid": found.id if found else ""}


def _check_in_time(command: Command) -> None:
    """An alarm has no date: set too late it would ring a day later (T5)."""
    if now() > datetime.fromisoformat(command.payload["not_after"]):
        raise Rejected("It was too late to set the alarm on the PBX: wake the guest by hand.")
