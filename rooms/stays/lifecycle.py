"""The life of a stay: check-in, room move, check-out, cancellation, no-show.

Each function is one transaction: it locks the rooms and the stay, refuses before it changes
anything, and writes phone commands, event and audit entry together with the change.
"""

from typing import Final

from django.db import transaction

from events import log as events
from hotelpbx.clock import now, whole_second
from hotelpbx.refusals import Refusal, invalid
from rooms.audit import Actor, note
from rooms.housekeeping import change_room, set_axes
from rooms.locking import lock_with_room
from rooms.models import ClassOfService, Occupancy, Room, Stay
from rooms.models.property import (
    HousekeepingStatus,
    OccupancyStatus,
    ServiceRequest,
)
from rooms.payloads import stay_payload
from rooms.phones import provisioning
from rooms.signals import stay_checked_in, stay_checked_out, stay_moved
from rooms.stays.arrival_checks import (
    check_departure,
    check_reservations,
    require_available,
    require_same_request,
)
from rooms.stays.overrides import NO_OVERRIDE, Override, raise_unless_overridden

Status = Stay.Status

_ENDS: Final = {Status.CANCELLED: "cancelled", Status.NO_SHOW: "marked as a no-show"}


def check_in(
    stay: Stay,
    *,
    actor: Actor,
    room: Room | None = None,
    class_of_service: ClassOfService | None = None,
    sharing: bool | None = None,
    accept_dirty: bool = False,
    override: Override = NO_OVERRIDE,
) -> Stay:
    """Check in a reserved stay. A stay already in house is returned unchanged.

    :param sharing: the room is shared with others; None: as the reservation says
    :raises OverrideRequired: others have reserved the room, or the departure has passed
    """
    with transaction.atomic():
        stay, locked = lock_with_room(stay, room)
        if stay.status == Status.IN_HOUSE:
            require_same_request(stay, room, class_of_service)
            return stay
        if stay.status != Status.RESERVED:
            raise _wrong_status(stay, "checked in")
        chosen = locked.get(room.pk) if room else stay.room and locked.get(stay.room.pk)
        if chosen is None:
            raise invalid("/room", f"Stay {stay.reference} has no room: choose one.")
        sharing = stay.sharing if sharing is None else sharing
        require_available(chosen, sharing=sharing, accept_dirty=accept_dirty)
        raise_unless_overridden(check_departure(stay), stay, override, actor)
        if not sharing:
            raise_unless_overridden(check_reservations(stay, chosen), stay, override, actor)
        stay.status = Status.IN_HOUSE
        stay.room = chosen
        stay.sharing = sharing
        stay.class_of_service = class_of_service or stay.class_of_service or _default_class(stay)
        stay.checked_in_at = now()
        stay.save()
        _occupy(stay, chosen)
        if provisioning.main_stay(chosen) == stay:
            provisioning.provision(stay, chosen)
        details = {"room": chosen.number, "accepted_dirty": accept_dirty and not chosen.ready}
        note(stay.property, actor, "check-in", f"stay:{stay.reference}", after=details)
        events.record(stay.property.code, "stay.checked_in", stay_payload(stay))
        stay_checked_in.send(sender=Stay, stay=stay)
        return stay


def move(
    stay: Stay,
    to_room: Room,
    *,
    actor: Actor,
    accept_dirty: bool = False,
    override: Override = NO_OVERRIDE,
) -> Stay:
    """Move a stay to another room; phone settings, wake-up calls and charges follow.

    :raises OverrideRequired: others have reserved the room
    """
    with transaction.atomic():
        stay, locked = lock_with_room(stay, to_room)
        old_room = _room_in_house(stay, locked)
        new_room = locked[to_room.pk]
        if new_room == old_room:
            return stay
        require_available(new_room, sharing=False, accept_dirty=accept_dirty)
        raise_unless_overridden(check_reservations(stay, new_room), stay, override, actor)
        was_main = provisioning.main_stay(old_room) == stay
        request = old_room.service_request
        if was_main:
            provisioning.read_state_before_move(stay, old_room)
        phones = old_room.phones.all()
        dnd_resumes = any(phone.dnd_suspended and phone.dnd_resumes for phone in phones)
        phone_wiped = _vacate(stay, old_room, actor)
        stay.room = new_room
        stay.sharing = False
        stay.save()
        if request == ServiceRequest.DO_NOT_DISTURB and was_main:
            change_room(new_room, actor=actor, service_request=request)
        _occupy(stay, new_room)
        provisioning.provision(stay, new_room)
        if was_main and dnd_resumes:
            provisioning.set_do_not_disturb(stay, new_room)
        details = {"room": new_room.number, "accepted_dirty": accept_dirty and not new_room.ready}
        note(
            stay.property,
            actor,
            "move",
            f"stay:{stay.reference}",
            before={"room": old_room.number},
            after=details,
        )
        payload = {**stay_payload(stay), "from_room": old_room.number}
        events.record(stay.property.code, "stay.moved", payload)
        stay_moved.send(sender=Stay, stay=stay, old_room=old_room, phone_wiped=phone_wiped)
        return stay


def check_out(stay: Stay, *, actor: Actor) -> Stay:
    """Check out a stay. A stay already checked out is returned unchanged."""
    with transaction.atomic():
        stay, locked = lock_with_room(stay)
        if stay.status == Status.CHECKED_OUT:
            return stay
        room = _room_in_house(stay, locked)
        stay.status = Status.CHECKED_OUT
        stay.checked_out_at = now()
        stay.phone_barred = False
        stay.save()
        phone_wiped = _vacate(stay, room, actor)
        note(
            stay.property,
            actor,
            "check-out",
            f"stay:{stay.reference}",
            before={"room": room.number},
        )
        events.record(stay.property.code, "stay.checked_out", stay_payload(stay))
        stay_checked_out.send(sender=Stay, stay=stay, phone_wiped=phone_wiped, actor=actor)
        return stay


def cancel(stay: Stay, *, actor: Actor) -> Stay:
    """Cancel a reservation. Idempotent."""
    return _end_reservation(stay, Status.CANCELLED, "stay.cancelled", actor)


def no_show(stay: Stay, *, actor: Actor) -> Stay:
    """Mark a reservation as a no-show. Idempotent."""
    return _end_reservation(stay, Status.NO_SHOW, "stay.no_show", actor)


def _end_reservation(stay: Stay, status: Stay.Status, event: str, actor: Actor) -> Stay:
    with transaction.atomic():
        stay, _ = lock_with_room(stay)
        if stay.status == status:
            return stay
        if stay.status != Status.RESERVED:
            raise _wrong_status(stay, _ENDS[status])
        stay.status = status
        stay.save()
        note(stay.property, actor, status.label.lower(), f"stay:{stay.reference}")
        events.record(stay.property.code, event, stay_payload(stay))
        return stay


def _occupy(stay: Stay, room: Room) -> None:
    Occupancy.objects.create(stay=stay, room=room, since=whole_second(now()), sharing=stay.sharing)
    set_axes(room, occupancy_status=OccupancyStatus.OCCUPIED)


def _vacate(stay: Stay, room: Room, actor: Actor) -> bool:
    """End the occupancy. True: nobody remains, the phones are reset, the room is dirty."""
    was_main = provisioning.main_stay(room) == stay
    Occupancy.objects.filter(stay=stay, until__isnull=True).update(until=whole_second(now()))
    remaining = provisioning.main_stay(room)
    if remaining is not None:
        if was_main:
            provisioning.provision(remaining, room)
        return False
    provisioning.deprovision(stay, room)
    set_axes(room, occupancy_status=OccupancyStatus.VACANT)
    change_room(
        room,
        actor=actor,
        housekeeping_status=HousekeepingStatus.DIRTY,
        service_request=ServiceRequest.NONE,
    )
    return True


def _room_in_house(stay: Stay, locked: dict[int, Room]) -> Room:
    if stay.status != Status.IN_HOUSE or stay.room is None:
        raise Refusal(
            "stay_not_in_house",
            f"Stay {stay.reference} is not in house: it is {_status_label(stay)}.",
        )
    return locked[stay.room.pk]


def _default_class(stay: Stay) -> ClassOfService | None:
    return stay.property.classes_of_service.order_by("-is_default", "pk").first()


def _wrong_status(stay: Stay, act: str) -> Refusal:
    return Refusal(
        "invalid_transition", f"Stay {stay.reference} is {_status_label(stay)} and cannot be {act}."
    )


def _status_label(stay: Stay) -> str:
    return Status(stay.status).label.lower()
