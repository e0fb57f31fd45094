"""wakeupcall/create, query, update, delete (L4428-L4696)."""

import re
from dataclasses import replace
from typing import Any, Final

from pbx.simulator.alarms import next_ring
from pbx.simulator.endpoints.base import (
    Call,
    EndpointContext,
    extension,
    extensions,
    listed,
    needed,
)
from pbx.simulator.errors import Refused
from pbx.simulator.state import DEFAULT_PROMPT, Alarm

_TIME: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_TYPES: Final = ("onetime", "everyday", "custom")


def create(context: EndpointContext, body: dict[str, Any]) -> dict[str, Any]:
    """Set the first alarm of the list on all extensions (L4433); the answer has no id."""
    wanted = extensions(context, body)
    alarm = _alarm(context, _first(body), needs_repeats=True)
    if any(_alike(alarm, other) for each in wanted for other in each.alarms):
        raise Refused("10022")
    for each in wanted:
        each.alarms.append(replace(alarm, id=context.state.alarm_id()))
    return {}


def query(context: EndpointContext, body: dict[str, Any]) -> dict[str, Any]:
    """The alarms of one extension; without alarms only the status (T30)."""
    found = extension(context, needed(body, "extid"))
    if not found.alarms:
        return {}
    alarms = [alarm.shown() for alarm in found.alarms]
    return {"wakeups": [{"extid": found.number, "wakeup": alarms}]}


def update(context: EndpointContext, body: dict[str, Any]) -> dict[str, Any]:
    """Replace one alarm."""
    found = extension(context, needed(body, "extid"))
    number = needed(body, "wakeupid")
    for place, alarm in enumerate(found.alarms):
        if alarm.id == number:
            fresh = _alarm(context, _first(body), needs_repeats=False)
            found.alarms[place] = replace(fresh, id=number)
            return {}
    raise Refused("10021")


def delete(context: EndpointContext, body: dict[str, Any]) -> dict[str, Any]:
    """Delete some alarms; without ``wakeupid`` all of the extension (L4669, T1)."""
    found = extension(context, needed(body, "extid"))
    if "wakeupid" not in body:
        found.alarms.clear()
        return {}
    wanted = set(listed(body["wakeupid"]))
    if not wanted & {alarm.id for alarm in found.alarms}:
        raise Refused("10021")
    found.alarms = [alarm for alarm in found.alarms if alarm.id not in wanted]
    return {}


def _first(body: dict[str, Any]) -> dict[str, str]:
    alarms = body.get("wakeup")
    if not isinstance(alarms, list) or not alarms or not isinstance(alarms[0], dict):
        raise Refused("10004")
    return {str(name).lower(): str(value) for name, value in alarms[0].items()}


def _alarm(context: EndpointContext, values: dict[str, str], *, needs_repeats: bool) -> Alarm:
    """The requested alarm, still without an id; error 10020 if it is invalid."""
    time, kind = values.get("time", ""), values.get("type", "")
    repeats = values.get("repeats", "" if needs_repeats else "1")
    interval = values.get("repeatinterval", "5")
    weekdays = values.get("weekdays", "") if kind == "custom" else ""
    fits = (
        _TIME.fullmatch(time)
        and kind in _TYPES
        and repeats in ("1", "2", "3")
        and interval.isdigit()
        and int(interval) > 0
        and (kind != "custom" or re.fullmatch("[0-6]+", weekdays))
    )
    if not fits:
        raise Refused("10020")
    return Alarm(
        id="",
        time=time,
        type=kind,
        weekdays=weekdays,
        repeats=int(repeats),
        interval=int(interval),
        prompt=values.get("prompt", DEFAULT_PROMPT),
        next_at=next_ring(context.state.clock, time, weekdays),
    )


def _alike(one: Alarm, other: Alarm) -> bool:
    return (one.time, one.type, one.weekdays) == (other.time, other.type, other.weekdays)


CALLS: dict[str, Call] = {
    "wakeupcall/create": create,
    "wakeupcall/query": query,
    "wakeupcall/update": update,
    "wakeupcall/delete": delete,
}
