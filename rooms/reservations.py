"""Stays as they are planned: made, changed, extended, renamed."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from django.db import transaction

from events import log as events
from hotelpbx.clock import now
from hotelpbx.money import minor_digits, round_money
from hotelpbx.refusals import Refusal, invalid
from rooms import phones
from rooms.audit import Actor, note
from rooms.facts import stay_facts
from rooms.locking import lock_with_room
from rooms.models import ClassOfService, Group, Guest, Property, Room, Stay
from rooms.signals import stay_changed

# References and group codes stand in addresses.
_NAME_IN_ADDRESS: Final = re.compile(r"[^/]{1,64}")
# Without letters and digits that look alike on paper.
_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
# What the column holds.
MAX_CREDIT_LIMIT: Final = Decimal("99999999")


@dataclass(frozen=True)
class GuestDetails:
    """A person as the desk or the PMS names him."""

    last_name: str
    first_name: str = ""
    title: str = ""
    language: str = ""
    vip: bool = False


@dataclass(frozen=True)
class StayDetails:
    """What is to be written of a stay. None: stays as it is; an empty ``credit_limit``: that of
    the class of service."""

    guests: Sequence[GuestDetails] | None = None
    arrival: date | None = None
    departure: date | None = None
    room: Room | None = None
    class_of_service: ClassOfService | None = None
    group: str | None = None
    notes: str | None = None
    credit_limit: Decimal | Literal[""] | None = None


def new_reference(property_: Property) -> str:
    """A reference for a stay made at the desk, not used before in the property."""
    while True:
        reference = "D-" + "".join(secrets.choice(_LETTERS) for _ in range(6))
        if not property_.stays.filter(reference=reference).exists():
            return reference


def save_stay(
    property_: Property, reference: str, details: StayDetails, *, actor: Actor
) -> tuple[Stay, bool]:
    """Create the stay of that reference, or change it. Returns it and whether it is new."""
    if not _NAME_IN_ADDRESS.fullmatch(reference) or not reference.isprintable():
        raise invalid("/reference", "A reference has 1 to 64 printable characters and no slash.")
    with transaction.atomic():
        stay = property_.stays.filter(reference=reference).first()
        if stay is None:
            stay, is_new = _reserve(property_, reference, details)
            if is_new:
                note(property_, actor, "reserve", f"stay:{reference}", after=stay_facts(stay))
                events.record(property_.code, "stay.reserved", stay_facts(stay))
                return stay, True
        return _change(stay, details, actor), False


def _reserve(property_: Property, reference: str, details: StayDetails) -> tuple[Stay, bool]:
    if not details.guests:
        raise invalid("/guests", "Name at least the main guest.")
    arrival = details.arrival or property_.local_now().date()
    if details.departure is None:
        raise invalid("/departure", "Say when the stay ends.")
    _must_be_in_order(arrival, details.departure)
    stay, is_new = Stay.objects.get_or_create(
        property=property_,
        reference=reference,
        defaults={
            "arrival": arrival,
            "departure": details.departure,
            "room": details.room,
            "class_of_service": details.class_of_service,
            "group": _group(property_, details.group),
            "notes": details.notes or "",
            "own_credit_limit": _credit_limit(property_, details),
            "created_at": now(),
        },
    )
    if is_new:
        _write_guests(stay, details.guests)
    return stay, is_new


def _change(stay: Stay, details: StayDetails, actor: Actor) -> Stay:
    stay, _ = lock_with_room(stay, details.room)
    before = stay_facts(stay)
    unsaid = (stay.notes, stay.own_credit_limit)
    _must_be_changeable(stay, details)
    if details.credit_limit is not None:
        stay.own_credit_limit = _credit_limit(stay.property, details)
    for name in ("arrival", "departure", "room", "class_of_service", "notes"):
        value = getattr(details, name)
        if value is not None:
            setattr(stay, name, value)
    if details.group is not None:
        stay.group = _group(stay.property, details.group)
    _must_be_in_order(stay.arrival, stay.departure)
    stay.save()
    if details.guests is not None:
        if not details.guests:
            raise invalid("/guests", "Name at least the main guest.")
        _write_guests(stay, details.guests)
    after = stay_facts(stay)
    if before == after and unsaid == (stay.notes, stay.own_credit_limit):
        return stay
    if stay.status == Stay.Status.IN_HOUSE and _phone_facts(before) != _phone_facts(after):
        phones.rename(stay)
    note(stay.property, actor, "change stay", f"stay:{stay.reference}", before=before, after=after)
    events.record(stay.property.code, "stay.updated", after)
    stay_changed.send(sender=Stay, stay=stay)
    return stay


def _must_be_changeable(stay: Stay, details: StayDetails) -> None:
    in_house = stay.status == Stay.Status.IN_HOUSE
    if in_house and details.room is not None and details.room != stay.room:
        raise Refusal(
            "invalid_transition",
            f"Stay {stay.reference} is in house in room {stay.room}: move it instead.",
        )
    over = stay.status not in (Stay.Status.RESERVED, Stay.Status.IN_HOUSE)
    fixed = (
        details.room,
        details.class_of_service,
        details.arrival,
        details.departure,
        details.credit_limit,
    )
    if over and any(value is not None for value in fixed):
        raise Refusal(
            "invalid_transition",
            f"Stay {stay.reference} is over: only its names, group and notes can be changed.",
        )


def _must_be_in_order(arrival: date, departure: date) -> None:
    if departure < arrival:
        raise invalid("/departure", "The departure is before the arrival.")


def _group(property_: Property, code: str | None) -> Group | None:
    if not code:
        return None
    if not _NAME_IN_ADDRESS.fullmatch(code) or not code.isprintable():
        raise invalid("/group", "A group has 1 to 64 printable characters and no slash.")
    return Group.objects.get_or_create(property=property_, code=code)[0]


def _credit_limit(property_: Property, details: StayDetails) -> Decimal | None:
    """The stay's own limit; None: it has none.

    :raises Refusal: the limit is not an amount of the hotel's currency
    """
    limit, currency = details.credit_limit, property_.currency
    if limit is None or limit == "":
        return None
    if not 0 <= limit <= MAX_CREDIT_LIMIT:
        raise invalid("/credit_limit", f"The limit must be 0 to {MAX_CREDIT_LIMIT}.")
    if limit != round_money(limit, currency):
        raise invalid("/credit_limit", f"{currency} has {minor_digits(currency)} decimals.")
    return limit


def _write_guests(stay: Stay, guests: Sequence[GuestDetails]) -> None:
    stay.guests.all().delete()
    Guest.objects.bulk_create(
        Guest(
            stay=stay,
            position=position,
            first_name=guest.first_name,
            last_name=guest.last_name,
            title=guest.title,
            language=guest.language,
            vip=guest.vip,
        )
        for position, guest in enumerate(guests)
    )


def _phone_facts(facts: dict[str, object]) -> tuple[object, object]:
    return facts["guests"], facts["class_of_service"]
