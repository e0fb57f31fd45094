"""The hotel of the week: its desk carries out the acts through the services."""

import datetime as dt
from functools import singledispatchmethod
from pathlib import Path
from typing import Final

from configuration.hotel_file.loading.load import load_hotel
from hotelpbx.refusals import Refusal
from rooms.audit import Actor
from rooms.models import Property, Room, Stay
from rooms.operations import attention
from rooms.stays import lifecycle, reservations
from rooms.stays.details import GuestDetails, StayDetails
from rooms.stays.overrides import OVERRIDE_ALL
from tests.wakeups.week.acts import (
    Act,
    Ask,
    Attend,
    Cancel,
    Change,
    CheckIn,
    CheckOut,
    Move,
    Spec,
)
from wakeups.attention_sources import WakeUpAlerts
from wakeups.booking import calls
from wakeups.booking.requests import WakeUpRequest
from wakeups.models import Occurrence, WakeUpCall

CLERK: Final = Actor("user", "clara", "192.0.2.7")
CONFIRM_KEY: Final = "1"
SNOOZE_KEY: Final = "9"
BACKUP: Final = 10
"""Minutes after which the PBX rings a VIP whom nobody has called."""

_FILE: Final = """
[property]
code = "WEEK"
name = "Seven Nights"
timezone = "{zone}"
currency = "EUR"

[pbx]
url = "{url}"
username = "api"
password = "secret"

[wake_up_calls]
fallback_prompt = "wakeup"
confirm_ivr = "6600"
confirm_key = "{confirm_key}"
snooze_key = "{snooze_key}"
snooze_minutes = 8
vip_by_person = true
vip_backup_after = {backup}

[[classes_of_service]]
name = "standard"
outbound_routes = ["local"]
default = true
"""

_ROOM: Final = '\n[[rooms]]\nnumber = "{number}"\nfloor = "1"\nextensions = ["2{number}"]\n'


def extension_of(room: str) -> str:
    return f"2{room}"


def build(folder: Path, zone: str, url: str, rooms: list[str]) -> Property:
    """The hotel in the database."""
    path = folder / "week.toml"
    keys = {"confirm_key": CONFIRM_KEY, "snooze_key": SNOOZE_KEY}
    text = _FILE.format(zone=zone, url=url, backup=BACKUP, **keys) + "".join(
        _ROOM.format(number=each) for each in rooms
    )
    path.write_text(text, encoding="utf-8")
    load_hotel(path)
    return Property.objects.select_related("pbx").get(code="WEEK")


class Desk:
    """Clara at her desk. ``calls``: the request's number → the id of the booked call."""

    def __init__(self, hotel: Property) -> None:
        self._hotel = hotel
        self.calls: dict[int, int] = {}

    def do(self, act: Act) -> str:
        """Do it; returns the code of the refusal, empty when it was done."""
        try:
            self._do(act)
        except Refusal as refusal:
            return refusal.code
        return ""

    @singledispatchmethod
    def _do(self, act: Act) -> None:
        raise TypeError(f"nothing for the desk: {act}")

    @_do.register
    def _(self, act: CheckIn) -> None:
        details = StayDetails(
            guests=[GuestDetails(act.guest, "", vip=act.vip)],
            arrival=self._hotel.local_now().date(),
            departure=act.departure,
            room=self._room(act.room),
            sharing=act.sharing,
        )
        stay, _ = reservations.save_stay(
            self._hotel, act.guest, details, actor=CLERK, override=OVERRIDE_ALL
        )
        lifecycle.check_in(stay, actor=CLERK, accept_dirty=True, override=OVERRIDE_ALL)

    @_do.register
    def _(self, act: Move) -> None:
        lifecycle.move(self._stay(act.guest), self._room(act.room), actor=CLERK, accept_dirty=True)

    @_do.register
    def _(self, act: CheckOut) -> None:
        lifecycle.check_out(self._stay(act.guest), actor=CLERK)

    @_do.register
    def _(self, act: Ask) -> None:
        call = calls.create(self._stay(act.guest), _request(act.spec), actor=CLERK)
        self.calls[act.request] = call.pk

    @_do.register
    def _(self, act: Change) -> None:
        calls.change(self._call(act.request), _request(act.spec), actor=CLERK)

    @_do.register
    def _(self, act: Cancel) -> None:
        calls.cancel(self._call(act.request), actor=CLERK)

    @_do.register
    def _(self, act: Attend) -> None:
        waiting = WakeUpAlerts().waiting(self._hotel).filter(call=self._call(act.request))
        shown = waiting.filter(state=Occurrence.State.PERSON).first()
        if shown is None:
            raise Refusal("not_shown", "The desk's screen does not ask for it.")
        decision = attention.Decision("acknowledge", CLERK, reason="Called the guest.")
        attention.resolve(self._hotel, f"{WakeUpAlerts.kind}:{shown.pk}", decision)

    def _room(self, number: str) -> Room:
        return Room.objects.get(property=self._hotel, number=number)

    def _stay(self, guest: str) -> Stay:
        return Stay.objects.get(property=self._hotel, reference=guest)

    def _call(self, request: int) -> WakeUpCall:
        pk = self.calls.get(request)
        if pk is None:
            raise Refusal("not_asked", "It was refused when it was asked for.")
        return WakeUpCall.objects.select_related("stay").get(pk=pk)


def _request(spec: Spec) -> WakeUpRequest:
    recurrence = "once"
    if spec.recurs:
        recurrence = "weekdays" if spec.days else "daily"
    return WakeUpRequest(
        date=spec.date,
        time=dt.time.fromisoformat(spec.time),
        recurrence=recurrence,
        weekdays=spec.days,
        until=spec.until,
        repeats=spec.repeats,
        repeat_interval=spec.interval,
        confirm=spec.confirm,
    )
