"""The order in which rows are locked: rooms by their ids, then the stay.

Every service that changes who is in a room, or speaks to its phones, takes these locks first,
so two of them never wait for each other in a circle. The locks leave the keys alone: a row that
only points to a room or a stay may be written by somebody else meanwhile, and never waits.
"""

from collections.abc import Iterable

from django.db import transaction

from rooms.models import Room, Stay


def lock_rooms(rooms: Iterable[Room | None]) -> dict[int, Room]:
    """Lock the given rooms for this transaction and return them as they are now, by id."""
    ids = sorted({room.pk for room in rooms if room is not None})
    locked = (
        Room.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=ids).order_by("pk")
    )
    return {room.pk: room for room in locked.select_related("property__pbx")}


def lock_stay(stay: Stay) -> Stay:
    """Lock a stay for this transaction and return it as it is now. Lock its room before."""
    return (
        Stay.objects.select_for_update(of=("self",), no_key=True)
        .select_related("property__pbx", "room", "class_of_service", "group")
        .get(pk=stay.pk)
    )


def lock_with_room(stay: Stay, *others: Room | None) -> tuple[Stay, dict[int, Room]]:
    """Lock a stay, the room it holds and ``others``.

    The stay may move between reading its room and locking it: then look again.
    """
    while True:
        savepoint = transaction.savepoint()
        held = Room.objects.filter(stays=stay).first()
        rooms = lock_rooms([held, *others])
        locked = lock_stay(stay)
        if locked.room_id is None or locked.room_id in rooms:
            transaction.savepoint_commit(savepoint)
            return locked, rooms
        # Gives the locks back, so that they are taken in the right order again.
        transaction.savepoint_rollback(savepoint)
