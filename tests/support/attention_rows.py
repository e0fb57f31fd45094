"""Creates an attention item of each kind."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any, Final

from billing.calls import legs
from billing.models import Call, MinibarEntry, MinibarProduct
from hotelpbx.clock import now, whole_second
from pbx.models import Command, Pbx, Report
from pbx.reports import inbox
from rooms.models import EmergencyCall, Property, Stay
from tests import house
from wakeups.models import Occurrence, WakeUpCall


def pbx_of(hotel: Property) -> Pbx:
    """The hotel's PBX, which the tests' hotel has."""
    assert hotel.pbx is not None
    return hotel.pbx


def parked_report(hotel: Property, number: int = 1) -> Report:
    """It cannot be read."""
    return inbox.store(pbx_of(hotel), b'{"action": oops %d' % number, "192.0.2.1")


def failed_command(hotel: Property, number: int = 1) -> Command:
    """The PBX does not know the extension."""
    return Command.objects.create(
        pbx=pbx_of(hotel),
        extension="2201",
        kind=Command.Kind.PROVISION,
        payload={"username": f"Guest {number}"},
        state=Command.State.FAILED,
        created_at=now(),
        next_try_at=now(),
        finished_at=now(),
        last_error="No such extension.",
    )


def emergency_call(hotel: Property, number: int = 1) -> EmergencyCall:
    """From room 201."""
    return EmergencyCall.objects.create(
        property=hotel,
        room=house.room(hotel, "201"),
        extension="2201",
        callid=house.callid(counter=number),
        number="119",
        started_at=whole_second(now()),
    )


def unclaimed_call(hotel: Property, number: int = 1) -> Call:
    """Long before anybody came: 1.46 CNY."""
    return _dial(hotel, "9075512345678", now() - timedelta(days=1), number)


def unrated_call(hotel: Property, number: int = 1) -> Call:
    """To a number that no rate covers; whoever is in room 201 pays."""
    call = _dial(hotel, "95512", now(), number)
    Call.objects.filter(pk=call.pk).update(unclaimed=False)
    return call


def unclaimed_minibar(hotel: Property, number: int = 1) -> MinibarEntry:
    """Two bottles of water, from whom?"""
    return _entry(hotel, MinibarEntry.State.UNCLAIMED, number)


def repeated_entry(hotel: Property, number: int = 1) -> MinibarEntry:
    """Two bottles of water, keyed in twice."""
    return _entry(hotel, MinibarEntry.State.REPEATED, 100_000 + number)


def wake_up_alarm(hotel: Property, number: int = 1) -> Occurrence:
    """A guest did not lift the receiver."""
    stay = Stay.objects.filter(property=hotel).first() or house.check_in(hotel, "Sleeper")
    due = whole_second(now()) - timedelta(seconds=number)
    call = WakeUpCall.objects.create(
        property=hotel,
        stay=stay,
        date=due.date(),
        time=time(7),
        repeats=2,
        repeat_interval=5,
        status=WakeUpCall.Status.NO_ANSWER,
        created_at=now(),
    )
    return Occurrence.objects.create(
        call=call,
        due_at=due,
        extension="2201",
        alarm_time="07:00",
        state=Occurrence.State.NO_ANSWER,
        ends_at=due,
        detail="Nobody answered.",
    )


KINDS: Final[dict[str, Callable[..., Any]]] = {
    "parked_report": parked_report,
    "failed_command": failed_command,
    "emergency_call": emergency_call,
    "unclaimed_call": unclaimed_call,
    "unrated_call": unrated_call,
    "unclaimed_minibar": unclaimed_minibar,
    "repeated_entry": repeated_entry,
    "wake_up_alarm": wake_up_alarm,
}


def make(hotel: Property, kind: str, number: int = 1) -> str:
    """One that waits; its id in the list."""
    return f"{kind}:{KINDS[kind](hotel, number).pk}"


def _dial(hotel: Property, to: str, at: datetime, number: int) -> Call:
    leg = legs.Leg(
        key=f"{to} {number}",
        callid=house.callid(at, number),
        started_at=whole_second(at),
        call_from="2201",
        call_to=to,
        direction=Call.Direction.OUTBOUND,
        trunk="trunk",
        call_seconds=100,
        talk_seconds=95,
        status="ANSWERED",
    )
    return legs.record(hotel, leg)[0]


def _entry(hotel: Property, state: MinibarEntry.State, number: int) -> MinibarEntry:
    entry = MinibarEntry.objects.create(
        property=hotel,
        report_id=number,
        callid=house.callid(counter=number),
        extension="2201",
        room=house.room(hotel, "201"),
        product=MinibarProduct.objects.get(property=hotel, code="0012"),
        quantity=2,
        occurred_at=whole_second(now()),
        state=state,
    )
    entry.suggestions.set(Stay.objects.filter(property=hotel))
    return entry
