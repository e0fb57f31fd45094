"""Three of a room's four statuses: housekeeping, availability and service request.

The fourth, occupancy, changes only by check-in, check-out and move (:mod:`rooms.stays.lifecycle`).
"""

from typing import Final

from django.db import transaction
from django.db.models import F, TextChoices

from events import log as events
from hotelpbx.refusals import Refusal, invalid
from rooms.audit import Actor, note
from rooms.locking import lock_rooms
from rooms.models import Room
from rooms.models.property import AvailabilityStatus, HousekeepingStatus, ServiceRequest
from rooms.payloads import room_payload
from rooms.phones import do_not_disturb

_EVENTS: Final = {
    "housekeeping_status": "room.housekeeping_status_changed",
    "availability_status": "room.availability_status_changed",
    "service_request": "room.service_request_changed",
}

_VALUES: Final[dict[str, type[TextChoices]]] = {
    "housekeeping_status": HousekeepingStatus,
    "availability_status": AvailabilityStatus,
    "service_request": ServiceRequest,
}


def update_room(
    room: Room, *, actor: Actor, expected_version: int | None = None, **axes: str
) -> Room:
    """Set some of ``housekeeping_status``, ``availability_status`` and ``service_request``.

    ``expected_version``: refuse when somebody changed the room since (``precondition_failed``).
    """
    with transaction.atomic():
        room = lock_rooms([room])[room.pk]
        if expected_version is not None and room.version != expected_version:
            raise Refusal(
                "precondition_failed",
                f"Room {room.number} was changed meanwhile: read it again.",
                "precondition",
            )
        change_room(room, actor=actor, **axes)
        return room


def change_room(room: Room, *, actor: Actor, staff: str = "", **axes: str) -> bool:
    """Set statuses of a room whose lock is held. False: nothing changed.

    ``staff``: the staff number that was keyed in after the status.
    """
    _require_known(axes)
    before = {name: getattr(room, name) for name in axes}
    changed = {name: value for name, value in axes.items() if before[name] != value}
    if not changed:
        return False
    set_axes(room, **changed)
    after: dict[str, str] = {**changed, **({"staff": staff} if staff else {})}
    note(
        room.property,
        actor,
        "room status",
        f"room:{room.number}",
        before={name: before[name] for name in changed},
        after=after,
    )
    if "service_request" in changed and _changes_do_not_disturb(before, changed):
        do_not_disturb.apply_request(room)
    for name in changed:
        payload = {
            **room_payload(room),
            "before": before[name],
            **({"staff": staff} if staff else {}),
        }
        events.record(room.property.code, _EVENTS[name], payload)
    return True


def _require_known(axes: dict[str, str]) -> None:
    """Refuse an unknown status."""
    for name, value in axes.items():
        allowed = _VALUES[name].values
        if value not in allowed:
            raise invalid(f"/{name}", f"Choose one of: {', '.join(allowed)}.")


def _changes_do_not_disturb(before: dict[str, str], after: dict[str, str]) -> bool:
    both = (before["service_request"], after["service_request"])
    return ServiceRequest.DO_NOT_DISTURB in both


def set_axes(room: Room, **axes: str) -> None:
    """Save statuses of a room whose lock is held, and increment its version."""
    for name, value in axes.items():
        setattr(room, name, value)
    room.version += 1
    Room.objects.filter(pk=room.pk).update(**axes, version=F("version") + 1)
