"""Tiles of due, ringing and missed calls for the board, in a fixed number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from django.db.models import Q, QuerySet

from hotelpbx.clock import now
from rooms.models import Phone, Property, Room, Stay
from rooms.natural_order import natural_key
from wakeups.models import Attempt, ForeignAlarm, Occurrence, WakeUpCall

State = Occurrence.State

# How long finished calls stay on the board, how far it looks ahead, and what is listed below.
BACK: Final = timedelta(hours=1)
AHEAD: Final = timedelta(hours=24)
LATER: Final = timedelta(days=14)
MOST_LATER: Final = 200

# The word on a tile, and the filter it belongs to.
_WORDS: Final = {
    State.PLACING: ("not set yet", "open"),
    State.PLACED: ("set", "open"),
    State.PERSON: ("call in person", "open"),
    State.RINGING: ("ringing", "open"),
    State.ANSWERED: ("answered", "over"),
    State.CONFIRMED: ("awake", "over"),
    State.NO_ANSWER: ("no answer", "alarm"),
    State.UNKNOWN: ("unknown", "alarm"),
    State.FAILED: ("failed", "alarm"),
}
FILTERS: Final = {"open": "Upcoming", "alarm": "Wake in person", "over": "Done"}


@dataclass(frozen=True)
class Tile:
    """One call at one time. ``look``: its CSS classes; ``kind``: its filter."""

    due_at: datetime
    room: str
    floor: str
    stay: Stay
    call: WakeUpCall
    look: str
    words: str
    kind: str
    detail: str = ""
    tries: tuple[Attempt, ...] = ()

    @property
    def group(self) -> str:
        """The code of the group that the stay belongs to."""
        return self.stay.group.code if self.stay.group else ""

    @property
    def vip(self) -> bool:
        """Whether one of the guests is."""
        return any(guest.vip for guest in self.stay.guests.all())


@dataclass(frozen=True)
class BoardFilter:
    """Which tiles are shown; empty: all."""

    floor: str = ""
    group: str = ""
    kind: str = ""

    def fits(self, tile: Tile) -> bool:
        """Whether a tile is among them."""
        wanted = ((self.floor, tile.floor), (self.group, tile.group), (self.kind, tile.kind))
        return all(not want or want == has for want, has in wanted)


def tiles_of(
    property_: Property, *, back: timedelta = BACK, ahead: timedelta = AHEAD
) -> list[Tile]:
    """Everything from ``back`` ago until ``ahead``, and older unresolved alerts."""
    instant = now()
    recent = Q(due_at__gte=instant - back, due_at__lte=instant + ahead)
    unsettled = Q(state__in=Occurrence.ALERTS, acknowledged_at__isnull=True)
    occurrences = (
        Occurrence.objects.filter(recent | unsettled, call__property=property_)
        .exclude(state=State.WITHDRAWN)
        .select_related("call__stay__room", "call__stay__group")
        .prefetch_related("call__stay__guests", "attempts")
    )
    found = [_of_occurrence(occurrence) for occurrence in occurrences]
    there = {(tile.call.pk, tile.due_at) for tile in found}
    waiting = _open_calls(property_).filter(due_at__lte=instant + ahead)
    found += [_of_call(call) for call in waiting if (call.pk, call.due_at) not in there]
    return sorted(found, key=lambda tile: (tile.due_at, natural_key(tile.room), tile.call.pk))


def later(property_: Property, ahead: timedelta = AHEAD) -> list[Tile]:
    """What is due later, for two weeks."""
    instant = now()
    calls = _open_calls(property_).filter(due_at__gt=instant + ahead, due_at__lte=instant + LATER)
    tiles = [_of_call(call) for call in calls[:MOST_LATER]]
    return sorted(tiles, key=lambda tile: (tile.due_at, natural_key(tile.room), tile.call.pk))


def by_time(tiles: Iterable[Tile]) -> list[tuple[datetime, list[Tile]]]:
    """Tiles that are due together."""
    return [(due, list(own)) for due, own in groupby(tiles, key=lambda tile: tile.due_at)]


def foreign_alarms(property_: Property) -> list[tuple[str, ForeignAlarm, str]]:
    """Foreign alarms on the PBX: room, alarm and days as text."""
    rooms = dict(Phone.objects.filter(property=property_).values_list("extension", "room__number"))
    found = [
        (rooms.get(alarm.extension, alarm.extension), alarm, _days(alarm))
        for alarm in property_.foreign_alarms.all()
    ]
    return sorted(found, key=lambda row: (row[1].time, natural_key(row[0])))


def choices_of(property_: Property, tiles: Sequence[Tile]) -> tuple[list[str], list[str]]:
    """Floors of the hotel and groups on the board, for the filters."""
    floors = (
        Room.objects.filter(property=property_).exclude(floor="").values_list("floor", flat=True)
    )
    groups = {tile.group for tile in tiles if tile.group}
    return sorted(set(floors), key=natural_key), sorted(groups, key=natural_key)


def _open_calls(property_: Property) -> QuerySet[WakeUpCall]:
    return (
        WakeUpCall.objects.filter(
            property=property_, status__in=WakeUpCall.OPEN, due_at__isnull=False
        )
        .select_related("stay__room", "stay__group")
        .prefetch_related("stay__guests")
        .order_by("due_at", "pk")
    )


def _of_occurrence(occurrence: Occurrence) -> Tile:
    words, kind = _WORDS[State(occurrence.state)]
    settled = occurrence.acknowledged_at is not None
    stay = occurrence.call.stay
    return Tile(
        due_at=occurrence.due_at,
        room=occurrence.room or str(stay.room or ""),
        floor=stay.room.floor if stay.room else "",
        stay=stay,
        call=occurrence.call,
        look=f"{occurrence.state} settled" if settled else occurrence.state,
        words=f"{words}, settled" if settled else words,
        kind="over" if settled else kind,
        detail=occurrence.detail,
        tries=tuple(occurrence.attempts.all()),
    )


def _of_call(call: WakeUpCall) -> Tile:
    room = call.stay.room
    assert call.due_at is not None  # noqa: S101  it was asked for
    return Tile(
        due_at=call.due_at,
        room=str(room or ""),
        floor=room.floor if room else "",
        stay=call.stay,
        call=call,
        look="noted",
        words="noted",
        kind="open",
        detail="It is kept here and is sent to the PBX within a day before.",
    )


def _days(alarm: ForeignAlarm) -> str:
    names = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
    if alarm.type == "custom":
        return ", ".join(names[int(digit)] for digit in alarm.weekdays if digit in "0123456")
    return {"onetime": "once", "everyday": "every day"}.get(alarm.type, alarm.type)
