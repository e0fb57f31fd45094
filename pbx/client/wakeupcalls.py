"""wakeupcall/create, query, update and delete (L4429-L4696).

An alarm has a time and no date (T5). ``create`` does not return the id of the alarm (T2), and
``delete`` without an id deletes all alarms (T1): no function here can send that.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, get_args

from pbx.client.answers import join_arrays
from pbx.client.caller import Caller
from pbx.client.values import joined_ids, number_or_none, one_id
from pbx.errors import AlarmMissing
from pbx.reports.parsing.lenient import JsonObject

AlarmType = Literal["onetime", "everyday", "custom"]

_TIME: Final = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(?::[0-5][0-9])?")


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """An alarm to set.

    :ivar time: ``HH:MM``, PBX local time
    :ivar type: ``onetime``: at the next occurrence of the time; ``everyday``; ``custom``: weekly
    :ivar weekday: for ``custom``, 0 (Sunday) to 6. Only one: the format of several is not
        documented
    :ivar repeats: how often it rings, 1 to 3
    :ivar repeat_interval: minutes between rings; None: the PBX's default
    :ivar prompt: a custom prompt on the PBX; empty: the PBX's default

    :raises ValueError: not a valid alarm
    """

    time: str
    type: AlarmType = "onetime"
    weekday: int | None = None
    repeats: int = 1
    repeat_interval: int | None = None
    prompt: str = ""

    def __post_init__(self) -> None:
        if not self.time or alarm_time(self.time) != self.time:
            raise ValueError(f"{self.time!r} is not a time of day like 07:05")
        if self.type not in get_args(AlarmType):
            raise ValueError(f"{self.type!r} is not a type of alarm")
        if (self.weekday in range(7)) != (self.type == "custom"):
            raise ValueError("a custom alarm, and no other, needs a weekday from 0 to 6")
        if self.repeats not in (1, 2, 3):
            raise ValueError("an alarm rings one to three times")
        if self.repeat_interval is not None and self.repeat_interval < 1:
            raise ValueError("rings are at least a minute apart")

    def to_wire(self) -> dict[str, str]:
        """The object in the array ``wakeup``, spelled as in the examples (T25)."""
        wire = {"time": self.time, "type": self.type, "repeats": str(self.repeats)}
        if self.weekday is not None:
            wire["weekdays"] = str(self.weekday)
        if self.repeat_interval is not None:
            wire["repeatinterval"] = str(self.repeat_interval)
        if self.prompt:
            wire["prompt"] = self.prompt
        return wire


@dataclass(frozen=True)
class PlacedAlarm:
    """An alarm on the PBX, ours or not (T35).

    :ivar id: needed to change or delete it; empty on old firmware
    :ivar time: ``HH:MM``; empty if unreadable
    :ivar weekdays: 0 (Sunday) to 6; empty unless ``custom``
    """

    extension: str
    id: str
    time: str
    type: str
    weekdays: frozenset[int]
    repeats: int | None
    repeat_interval: int | None
    prompt: str


class WakeupCalls:
    """Requests about the alarms of extensions."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def create(self, extids: Iterable[str], alarm: Alarm) -> None:
        """Set the same alarm on one or more extensions; raises ``AlarmExists``."""
        body = {"extid": joined_ids(extids), "wakeup": [alarm.to_wire()]}
        self._caller.call("wakeupcall/create", body)

    def query(self, extid: str) -> tuple[PlacedAlarm, ...]:
        """The alarms of one extension.

        If there are none, API 2.0 leaves out ``wakeups``; older versions answer with error 10021
        ("the extension's alarm does not exist", L4508, T30).
        """
        extid = one_id(extid)
        body = {"extid": extid}
        try:
            answer = self._caller.call("wakeupcall/query", body, repairs=[join_arrays])
        except AlarmMissing:
            return ()
        return tuple(
            _placed(holder.text("extid", "number") or extid, each)
            for holder in answer.objects("wakeups")
            for each in holder.objects("wakeup")
        )

    def update(self, extid: str, alarm_id: str, alarm: Alarm) -> None:
        """Replace one alarm; raises ``AlarmMissing``."""
        body = {
            "extid": one_id(extid),
            "wakeupid": one_id(alarm_id),
            "wakeup": [alarm.to_wire()],
        }
        self._caller.call("wakeupcall/update", body)

    def delete(self, extid: str, alarm_ids: Iterable[str]) -> None:
        """Delete alarms of one extension by id; raises ``AlarmMissing``.

        :raises ValueError: there is no id, or one is blank: the PBX would delete them all
        """
        body = {"extid": one_id(extid), "wakeupid": joined_ids(alarm_ids)}
        self._caller.call("wakeupcall/delete", body)


def alarm_time(text: str) -> str:
    """A time of day as ``HH:MM``; empty if ``text`` is none."""
    match = _TIME.fullmatch(text.strip())
    return f"{int(match[1]):02}:{match[2]}" if match else ""


def _placed(extension: str, found: JsonObject) -> PlacedAlarm:
    kind = found.text("type").lower()
    days = "".join(found.items("weekdays")) if kind == "custom" else ""
    return PlacedAlarm(
        extension=extension,
        id=found.text("wakeupid"),
        time=alarm_time(found.text("time")),
        type=kind,
        weekdays=frozenset(int(day) for day in days if day in "0123456"),
        repeats=number_or_none(found.text("repeats")),
        repeat_interval=number_or_none(found.text("repeatinterval")),
        prompt=found.text("prompt"),
    )
