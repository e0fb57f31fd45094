"""Do-not-disturb at a room's phones: the room's request, the guest's own, and a wake-up call that
must ring all the same.

A request of an occupied room is set on its phones. While a guest is to be woken it is off at the
phone that rings, whoever has set it; ``Phone.dnd_resumes`` remembers that it is to be on again.
Whoever calls holds the lock on the room.
"""

from datetime import datetime

from pbx import outbox
from pbx.models import Command
from rooms.locking import lock_rooms
from rooms.models import Phone, Room, Stay
from rooms.models.property import OccupancyStatus, ServiceRequest
from rooms.phones import provisioning


def is_requested(room: Room) -> bool:
    """Whether the room asks for it."""
    return room.service_request == ServiceRequest.DO_NOT_DISTURB


def apply_request(room: Room) -> None:
    """The room of a guest asks for it, or no longer does."""
    if room.occupancy_status != OccupancyStatus.OCCUPIED or room.property.pbx is None:
        return
    stay, wanted = provisioning.main_stay(room), is_requested(room)
    if stay is None:
        return
    for phone in room.phones.all():
        if phone.dnd_suspended:
            Phone.objects.filter(pk=phone.pk).update(dnd_resumes=wanted)
        else:
            _set(phone, stay, on=wanted)


def suspend(room: Room, extension: str, *, not_after: datetime) -> None:
    """Have the phone ring whatever is set, until :func:`resume`. Repeated: nothing more."""
    phone = room.phones.filter(extension=extension, dnd_suspended=False).first()
    stay = provisioning.main_stay(room)
    if phone is None or stay is None or room.property.pbx is None:
        return
    wanted = is_requested(room)
    Phone.objects.filter(pk=phone.pk).update(dnd_suspended=True, dnd_resumes=wanted)
    wish = {"not_after": not_after.isoformat(), "stay": stay.pk, "requested": wanted}
    outbox.lift_do_not_disturb(room.property.pbx, extension, wish, subject=_subject(phone))


def resume(phone: Phone, room: Room) -> None:
    """Nobody is to be woken any more: it is as it was."""
    Phone.objects.filter(pk=phone.pk).update(dnd_suspended=False, dnd_resumes=False)
    outbox.cancel_lift(_subject(phone))
    stay = provisioning.main_stay(room)
    if stay is not None and (phone.dnd_resumes or is_requested(room)):
        _set(phone, stay, on=True)


def record_state_before(command: Command, number: int) -> None:
    """What the phone was before is known now. Takes the lock on the room."""
    phone = Phone.objects.filter(pk=number).select_related("room").first()
    if phone is None:
        return
    room = lock_rooms([phone.room])[phone.room_id]
    phone.refresh_from_db()
    stay = provisioning.main_stay(room)
    if stay is None or stay.pk != command.payload["stay"] or phone.room_id != room.pk:
        return
    before = command.result.get("dnd", "")
    if not before and phone.dnd_suspended:
        # It was too late to ask: asked again while the guest is still to be woken.
        Phone.objects.filter(pk=phone.pk).update(dnd_suspended=False)
    elif before == "on" and not command.payload["requested"]:
        if phone.dnd_suspended:
            Phone.objects.filter(pk=phone.pk).update(dnd_resumes=True)
        else:
            _set(phone, stay, on=True)


def _set(phone: Phone, stay: Stay, *, on: bool) -> None:
    pbx = phone.room.property.pbx
    if pbx is not None:
        wish = {"dnd": "on" if on else "off"}
        outbox.provision(pbx, phone.extension, wish, subject=provisioning.command_subject(stay))


def _subject(phone: Phone) -> str:
    return f"quiet:{phone.pk}"
