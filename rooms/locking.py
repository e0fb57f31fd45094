"""Row locks and their order: rooms by id, then stays by id.

Every service that changes who is in a room, or sends commands to its phones, takes these locks
first, so two of them cannot deadlock.

The locks are ``FOR NO KEY UPDATE``: inserting a row that only refers to a room or a stay, such as a
call, does not wait for a check-out that has locked them.
"""

from collections.abc import Iterable

from django.db import transaction

from hotelpbx.advisory_locks import lock_for_transaction
from hotelpbx.refusals import Refusal
from rooms.models import Room, Stay


def lock_settings(code: str, patience: float = 10.0) -> None:
    """Lock the settings of the property with that code for this transaction.

    :raises Refusal: somebody else is changing them for longer than ``patience`` seconds
    """
    if not lock_for_transaction(f"settings:{code}", patience):
        raise Refusal(
            "unavailable",
            "The settings are being changed by somebody else: try again in a moment.",
            "unavailable",
        )


def lock_rooms(rooms: Iterable[Room | None]) -> dict[int, Room]:
    """Lock the given rooms for this transaction and return their current rows, by id."""
    ids = sorted({room.pk for room in rooms if room is not None})
    rows = Room.objects.select_for_update(of=("self",), no_key=True)
    locked = rows.filter(pk__in=ids).order_by("pk")
    return {room.pk: room for room in locked.select_related("property__pbx")}


def lock_stay(stay: Stay) -> Stay:
    """Lock a stay for this transaction and return its current row. Lock its room first."""
    return lock_stays([stay])[stay.pk]


def lock_stays(stays: Iterable[Stay]) -> dict[int, Stay]:
    """Lock several stays and return their current rows, by id."""
    rows = Stay.objects.select_for_update(of=("self",), no_key=True)
    locked = rows.filter(pk__in={stay.pk for stay in stays}).order_by("pk")
    return {
        stay.pk: stay
        for stay in locked.select_related("property__pbx", "room", "class_of_service", "group")
    }


def lock_with_room(stay: Stay, *others: Room | None) -> tuple[Stay, dict[int, Room]]:
    """Lock a stay, the room it holds and ``others``."""
    stays, rooms = lock_with_rooms([stay], *others)
    return stays[stay.pk], rooms


def lock_with_rooms(
    stays: Iterable[Stay], *others: Room | None
) -> tuple[dict[int, Stay], dict[int, Room]]:
    """Lock several stays, the rooms they hold and ``others``.

    If a stay moves between reading its room and locking it, the locks are taken anew.
    """
    wanted = list(stays)
    while True:
        savepoint = transaction.savepoint()
        held = Room.objects.filter(stays__in=wanted).distinct()
        rooms = lock_rooms([*held, *others])
        locked = lock_stays(wanted)
        if all(stay.room_id is None or stay.room_id in rooms for stay in locked.values()):
            transaction.savepoint_commit(savepoint)
            return locked, rooms
        # Releases the locks, so that they are taken again in order.
        transaction.savepoint_rollback(savepoint)


def lock_many(stays: Iterable[Stay]) -> list[Stay]:
    """Lock stays and the rooms they hold, and return their current rows in order of id.

    A stay that moves at the same moment is left out.
    """
    ids = [stay.pk for stay in stays]
    rooms = lock_rooms(Room.objects.filter(stays__in=ids))
    locked = (
        Stay.objects.select_for_update(of=("self",))
        .select_related("property__pbx", "room", "class_of_service", "group")
        .filter(pk__in=ids)
        .order_by("pk")
    )
    return [stay for stay in locked if stay.room_id is None or stay.room_id in rooms]
