"""Switch do-not-disturb off for a wake-up call, and remember that it was on.

The manual does not say whether the PBX rings a phone with do-not-disturb (L826, L1039): neither its
alarm nor our calls might ring. So it is off during a wake-up call.
"""

from datetime import datetime
from typing import Any

from hotelpbx.clock import now
from pbx.client import ExtensionUpdate
from pbx.delivery.leased_client import LeasedClient
from pbx.errors import Rejected
from pbx.models import Command

_OFF = ExtensionUpdate(dnd="off")


def deliver(leased: LeasedClient, commands: list[Command]) -> dict[int, dict[str, Any]]:
    """Query many phones at once; change those with do-not-disturb. ``dnd`` in the result: the state
    before, empty if it was too late to query."""
    in_time = [each for each in commands if now() <= _not_after(each)]
    results: dict[int, dict[str, Any]] = {each.pk: {"dnd": ""} for each in commands}
    if not in_time:
        return results
    found = {each.number: each for each in leased.renew_lease().extensions.query(_numbers(in_time))}
    for command in in_time:
        shown = found.get(command.extension)
        was_on = bool(command.payload.get("was_on")) or (shown is not None and shown.is_on("dnd"))
        results[command.pk] = {"dnd": "on" if was_on else "off"}
        if was_on:
            results[command.pk] |= _lift(leased, command)
    return results


def _lift(leased: LeasedClient, command: Command) -> dict[str, str]:
    """Store that it was on first: after a lost answer the phone no longer shows it."""
    command.payload["was_on"] = True
    command.save(update_fields=["payload"])
    try:
        leased.renew_lease().extensions.update(command.extension, _OFF)
    except Rejected as fault:
        return {"refused": str(fault)}
    return {}


def _numbers(commands: list[Command]) -> list[str]:
    return [command.extension for command in commands]


def _not_after(command: Command) -> datetime:
    return datetime.fromisoformat(command.payload["not_after"])
