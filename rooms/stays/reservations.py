"""Reservations: creating and changing stays."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from django.db import IntegrityError, transaction

from events import log as events
from hotelpbx.clock import now
from hotelpbx.http.reserved_words import name_fault
from hotelpbx.money import minor_digits, round_money
from hotelpbx.refusals import invalid
from rooms.audit import Actor, note
from rooms.locking import lock_rooms, lock_with_room
from rooms.models import Group, Guest, Property, Stay
from rooms.payloads import stay_payload
from rooms.phones import provisioning
from rooms.signals import stay_changed
from rooms.stays import reservation_checks
from rooms.stays.details import GuestDetails, StayDetails
from rooms.stays.names import normalize_guests
from rooms.stays.overrides import NO_OVERRIDE, Override
from rooms.stays.reservation_checks import require_changeable, require_valid_dates

# Without letters and digits that look alike in print.
_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
# The maximum of the column.
MAX_CREDIT_LIMIT: Final = Decimal("99999999")


def new_reference(property_: Property) -> str:
    """An unused reference for a stay that is created at the desk."""
    while True:
        reference = "D-" + "".join(secrets.choice(_LETTERS) for _ in range(6))
        if not property_.stays.filter(reference=reference).exists():
            return reference


def save_stay(
    property_: Property,
    reference: str,
    details: StayDetails,
    *,
    actor: Actor,
    override: Override = NO_OVERRIDE,
) -> tuple[Stay, bool]:
    """Create or change the stay with that reference. Returns it and whether it is new.

    :raises OverrideRequired: its room or its dates need an override
    """
    if details.guests:
        details = replace(details, guests=normalize_guests(details.guests))
    with transaction.atomic():
        while True:
            stay = property_.stays.filter(reference=reference).first()
            if stay is not None:
                return _change(stay, details, actor, override), False
            try:
                # Releases the lock on the room if somebody else has just created the stay.
                with transaction.atomic():
                    return _reserve(property_, reference, details, actor, override), True
            except IntegrityError:
                if not property_.stays.filter(reference=reference).exists():
                    raise


def _reserve(
    property_: Property, reference: str, details: StayDetails, actor: Actor, override: Override
) -> Stay:
    if not details.guests:
        raise invalid("/guests", "Name at least the main guest.")
    if fault := name_fault(reference, "stays"):
        raise invalid("/reference", f"A reference {fault}.")
    arrival = details.arrival or property_.local_now().date()
    if details.departure is None:
        raise invalid("/departure", "Say when the stay ends.")
    require_valid_dates(arrival, details.departure)
    lock_rooms([details.room or None])
    stay = Stay(
        property=property_,
        reference=reference,
        arrival=arrival,
        departure=details.departure,
        room=details.room or None,
        sharing=details.sharing or False,
        class_of_service=details.class_of_service or None,
        group=_group(property_, details.group),
        notes=details.notes or "",
        own_credit_limit=_credit_limit(property_, details),
        created_at=now(),
    )
    reservation_checks.check_conflicts(stay, reservation_checks.PreviousState(), actor, override)
    stay.save()
    _write_guests(stay, details.guests)
    note(property_, actor, "reserve", f"stay:{reference}", after=stay_payload(stay))
    events.record(property_.code, "stay.reserved", stay_payload(stay))
    return stay


def _change(stay: Stay, details: StayDetails, actor: Actor, override: Override) -> Stay:
    stay, _ = lock_with_room(stay, details.room or None)
    before, was = stay_payload(stay), reservation_checks.previous_state(stay)
    not_in_payload = (stay.notes, stay.own_credit_limit)
    require_changeable(stay, details)
    _write(stay, details)
    require_valid_dates(stay.arrival, stay.departure)
    reservation_checks.check_conflicts(stay, was, actor, override)
    stay.save()
    if details.guests is not None:
        if not details.guests:
            raise invalid("/guests", "Name at least the main guest.")
        _write_guests(stay, details.guests)
    after = stay_payload(stay)
    if before == after and not_in_payload == (stay.notes, stay.own_credit_limit):
        return stay
    if stay.status == Stay.Status.IN_HOUSE and _phone_fields(before) != _phone_fields(after):
        provisioning.reprovision(stay)
    note(stay.property, actor, "change stay", f"stay:{stay.reference}", before=before, after=after)
    events.record(stay.property.code, "stay.updated", after)
    stay_changed.send(sender=Stay, stay=stay)
    return stay


def _write(stay: Stay, details: StayDetails) -> None:
    if details.credit_limit is not None:
        stay.own_credit_limit = _credit_limit(stay.property, details)
    for name in ("arrival", "departure", "notes", "sharing"):
        value = getattr(details, name)
        if value is not None:
            setattr(stay, name, value)
    for name in ("room", "class_of_service"):
        value = getattr(details, name)
        if value is not None:
            setattr(stay, name, value or None)
    if details.group is not None:
        stay.group = _group(stay.property, details.group)


def _group(property_: Property, code: str | None) -> Group | None:
    if not code:
        return None
    found = Group.objects.filter(property=property_, code=code).first()
    if found is None and (fault := name_fault(code, "groups")):
        raise invalid("/group", f"A group's name {fault}.")
    return found or Group.objects.get_or_create(property=property_, code=code)[0]


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
    known = {(guest.last_name, guest.first_name): guest for guest in stay.guests.all()}
    stay.guests.all().delete()
    Guest.objects.bulk_create(
        _guest(stay, position, guest, known.get((guest.last_name, guest.first_name), Guest()))
        for position, guest in enumerate(guests)
    )


def _guest(stay: Stay, position: int, said: GuestDetails, before: Guest) -> Guest:
    return Guest(
        stay=stay,
        position=position,
        first_name=said.first_name,
        last_name=said.last_name,
        title=before.title if said.title is None else said.title,
        language=before.language if said.language is None else said.language,
        vip=before.vip if said.vip is None else said.vip,
    )


def _phone_fields(payload: dict[str, object]) -> tuple[object, object]:
    return payload["guests"], payload["class_of_service"]
