"""Do-not-disturb at a room's phones: requested for the room, set by the guest, and suspended while
a wake-up call is due.

A request of an occupied room is set on its phones. While a wake-up call is due, it is switched off
at the phone that rings, whoever has set it; ``Phone.dnd_resumes`` says that it is switched on again
afterwards. Callers hold the lock on the room.
"""

from datetime import datetime

from pbx import outbox
from pbx.models import Command
from rooms.locking import lock_rooms
from rooms.models import Phone, Room, Stay
from rooms.models.property import OccupancyStatus, ServiceRequest
from rooms.phones import provisioning


def is_requested(room: Room) -> bool:
    """Whether do-not-disturb is requested for the room."""
    return room.service_request == ServiceRequest.DO_NOT_DISTURB


def apply_request(room: Room) -> None:
    """Set a changed request of the room on its phones, if it is occupied."""
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
    """Switch do-not-disturb off at the phone until :func:`resume`. Idempotent."""
    phone = room.phones.filter(extension=extension, dnd_suspended=False).first()
    stay = provisioning.main_stay(room)
    if phone is None or stay is None or room.property.pbx is None:
        return
    wanted = is_requested(room)
    Phone.objects.filter(pk=phone.pk).update(dnd_suspended=True, dnd_resumes=wanted)
    payload = {"not_after": not_after.isoformat(), "stay": stay.pk, "requested": wanted}
    outbox.lift_do_not_disturb(room.property.pbx, extension, payload, subject=_subject(phone))


def resume(phone: Phone, room: Room) -> None:
    """No wake-up call is due any more: put do-not-disturb back as it was."""
    Phone.objects.filter(pk=phone.pk).update(dnd_suspended=False, dnd_resumes=False)
    outbox.cancel_lift(_subject(phone))
    stay = provisioning.main_stay(room)
    if stay is not None and (phone.dnd_resumes or is_requested(room)):
        _set(phone, stay, on=True)


def record_state_before(command: Command, number: int) -> None:
    """Keep the do-not-disturb that the phone had before the suspension. Locks the room."""
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
        # It was not read in time: suspend again while the wake-up call is still due.
        Phone.objects.filter(pk=phone.pk).update(dnd_suspended=False)
    elif before == "on" and not command.payload["requested"]:
        if phone.dnd_suspended:
            Phone.objects.filter(pk=phone.pk).update(dnd_resumes=True)
        else:
            _set(phone, stay, on=True)


def _set(phone: Phone, stay: Stay, *, on: bool) -> None:
    pbx = phone.room.property.pbx
    if pbx is not None:
        values = {"dnd": "on" if on else "off"}
        outbox.provision(pbx, phone.extension, values, subject=provisioning.command_subject(stay))


def _subject(phone: Phone) -> str:
    return f"quiet:{phone.pk}"
