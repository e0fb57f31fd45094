"""Recording the legs of calls: each once, attributed to its phone, room and stay."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from billing.calls.charging import lock_call, rate_and_charge
from billing.calls.diversions import Conversation, load_conversation
from billing.models import Call
from pbx.extension_list import listed_now
from pbx.numbers import number_of
from rooms.locking import lock_with_room
from rooms.models import Property
from rooms.stays.attribution import holder


@dataclass(frozen=True)
class Leg:
    """One parsed call record. ``started_at``: aware. Durations in seconds.

    :ivar key: identifies the leg within its call (T8); without ``sn``, which is ``serial``
    :ivar reported_key: the fingerprint of its report, which older rows have as their key
    :ivar diverted: incoming by a trunk, or a transfer: the caller may not have dialed
    :ivar from_outside: incoming by a trunk: the caller is not an extension
    """

    key: str
    callid: str
    started_at: datetime
    call_from: str
    call_to: str
    direction: Call.Direction
    trunk: str
    call_seconds: int
    talk_seconds: int
    status: str
    serial: str = ""
    reported_key: str = ""
    diverted: bool = False
    from_outside: bool = False


def record(property_: Property, leg: Leg) -> tuple[Call, bool]:
    """Record one leg, once. Returns it and whether it is new."""
    with transaction.atomic(savepoint=False):
        legs = _legs(property_, leg.callid)
        for known in legs:
            if _is_same(known, leg):
                return known, False
        call = _new_call(property_, leg)
        conversation = load_conversation(property_, call.callid, [*legs, call])
        _attribute(call, conversation)
        try:
            with transaction.atomic():
                rate_and_charge(call)
        except IntegrityError:
            kept = Call.objects.filter(property=property_, leg=leg.key, serial=leg.serial).first()
            if kept is None:
                raise
            return kept, False  # another process was quicker
        _finalize_waiting(conversation, legs)
        return call, True


def finalize_diverted(property_: Property, callid: str) -> int:
    """Finalize legs of a call after a reported transfer; returns how many."""
    with transaction.atomic():
        legs = _legs(property_, callid)
        return _finalize_waiting(load_conversation(property_, callid, legs), legs) if legs else 0


def _legs(property_: Property, callid: str) -> list[Call]:
    legs = list(Call.objects.filter(property=property_, callid=callid[:64]).order_by("pk"))
    for leg in legs:
        leg.property = property_
    return legs


def _is_same(known: Call, leg: Leg) -> bool:
    """Whether it is the same leg; a missing serial number matches any."""
    if known.leg == leg.reported_key:
        return True
    alike = known.serial == leg.serial or not (known.serial and leg.serial)
    return alike and known.leg == leg.key


def _new_call(property_: Property, leg: Leg) -> Call:
    return Call(
        property=property_,
        leg=leg.key,
        serial=leg.serial,
        callid=leg.callid[:64],
        started_at=leg.started_at,
        call_from=leg.call_from[:64],
        call_to=leg.call_to[:64],
        direction=leg.direction,
        trunk=leg.trunk[:64],
        call_seconds=leg.call_seconds,
        talk_seconds=leg.talk_seconds,
        status=leg.status[:32],
        diverted=leg.diverted,
        from_outside=leg.from_outside,
        rating=Call.Rating.FREE,
    )


def _attribute(call: Call, conversation: Conversation) -> None:
    """Set phone, room and stay. If the phone is unknown, the only room involved is a hint."""
    extension = conversation.extension_of(call)
    room = conversation.only_room if extension is None else conversation.rooms.get(extension)
    call.extension = (extension or "")[:16]
    call.room = room
    if extension is not None and room is not None:
        call.stay = holder(room, call.started_at).stay
    call.unverified = call.is_house_call and conversation.is_listed(call.extension) is None


def _finalize_waiting(conversation: Conversation, legs: Sequence[Call]) -> int:
    """Finalize earlier legs without a room phone, now that more is known; returns how many."""
    return sum(
        _finalize(leg, conversation)
        for leg in legs
        if (leg.phone_unknown or leg.is_house_call) and _can_be_finalized(leg, conversation)
    )


def _can_be_finalized(leg: Call, conversation: Conversation) -> bool:
    extension = conversation.extension_of(leg)
    if leg.unverified and conversation.is_listed(leg.extension) is not None:
        return True
    return extension is not None and extension != leg.extension


def _finalize(leg: Call, conversation: Conversation) -> bool:
    before = leg.extension
    _attribute(leg, conversation)
    if leg.stay is not None:
        lock_with_room(leg.stay, leg.room)
    stored = lock_call(leg)
    if stored.extension != before or stored.stay_id is not None or stored.dismissed_reason:
        return False  # a person or another process was quicker
    rate_and_charge(leg)
    return True


def finalize_doubtful(property_: Property) -> int:
    """Finalize legs that waited for the PBX's list of extensions; returns how many."""
    return sum(finalize_diverted(property_, callid) for callid in _doubtful(property_))


def _doubtful(property_: Property) -> list[str]:
    """The ``callid`` of calls taken for house calls until now, or whose caller is now listed."""
    listed = listed_now(property_.pbx) if property_.pbx else frozenset()
    if not listed:
        return []
    of_house = Q(unverified=True)
    unknown = Q(unclaimed=True, extension="", direction=Call.Direction.OUTBOUND)
    rows = Call.objects.filter(of_house | unknown, property=property_)
    found = rows.order_by("pk").values_list("callid", "unverified", "call_from")
    doubtful = (
        callid for callid, unverified, caller in found if unverified or number_of(caller) in listed
    )
    return list(dict.fromkeys(doubtful))
