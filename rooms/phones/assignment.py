"""Which phones stand in a room; the guests' names, wake-up calls and rights go along."""

from collections.abc import Collection, Mapping, Sequence

from django.db import transaction
from django.db.models import Q

from hotelpbx.clock import now
from pbx.extension_list import is_listed
from rooms.locking import lock_rooms
from rooms.models import FormerPhone, Phone, Property, Room, Stay
from rooms.phones import provisioning
from rooms.signals import room_phones_changed


def set_phones(property_: Property, wanted: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Give rooms (by number) these extensions, the main one first; whoever had them gives them up.

    A phone that is taken from guests is wiped before anything else is said to it, one that they
    get carries their name.

    :returns: what the rooms whose phones changed had before, by number
    """
    with transaction.atomic():
        rooms = lock_rooms(property_.rooms.all()).values()
        before = {room.number: _extensions(room) for room in rooms}
        _write(property_, {room.number: room for room in rooms}, wanted)
        present = _read_anew(property_)
        changed = [room for room in present if before[room.number] != _extensions(room)]
        occupied = {room.pk: stay for room in changed if (stay := provisioning.main_stay(room))}
        taken = {
            room.pk: _take_away(occupied[room.pk], room, before[room.number])
            for room in changed
            if room.pk in occupied
        }
        for room in changed:
            if room.pk in occupied:
                provisioning.provision(occupied[room.pk], room)
        for room in changed:
            room_phones_changed.send(sender=Room, room=room, wiped=taken.get(room.pk, set()))
        return {room.number: before[room.number] for room in changed}


def _write(
    property_: Property, rooms: Mapping[str, Room], wanted: Mapping[str, Sequence[str]]
) -> None:
    phones_wanted = {
        extension: Phone(
            property=property_, extension=extension, room=rooms[number], position=position
        )
        for number, extensions in wanted.items()
        for position, extension in enumerate(extensions)
    }
    _keep_where_they_stood(property_, phones_wanted, wanted)
    Phone.objects.bulk_create(
        phones_wanted.values(),
        update_conflicts=True,
        unique_fields=["property", "extension"],
        update_fields=["room", "position"],
    )
    given_up = Phone.objects.filter(property=property_, room__number__in=wanted)
    given_up.exclude(extension__in=phones_wanted).delete()


def _keep_where_they_stood(
    property_: Property, phones: Mapping[str, Phone], rooms: Collection[str]
) -> None:
    """A call that began before the change is still that of the room, or of the house."""
    instant = now()
    stood = Phone.objects.filter(
        Q(extension__in=phones) | Q(room__number__in=rooms), property=property_
    )
    before = {phone.extension: phone.room_id for phone in stood}
    of_the_house = [
        extension
        for extension in phones
        if extension not in before and is_listed(property_.pbx, extension, instant)
    ]
    moved = {
        extension: room
        for extension, room in before.items()
        if extension not in phones or phones[extension].room_id != room
    }
    FormerPhone.objects.bulk_create(
        FormerPhone(property=property_, extension=extension, room_id=room, until=instant)
        for extension, room in {**moved, **dict.fromkeys(of_the_house)}.items()
    )


def _take_away(stay: Stay, room: Room, before: Sequence[str]) -> set[str]:
    gone = set(before) - set(_extensions(room))
    for extension in sorted(gone):
        provisioning.deprovision_phone(stay, extension)
    return gone


def _read_anew(property_: Property) -> list[Room]:
    """Rooms as they are now, without what was read of them before."""
    rooms = property_.rooms.select_related("property__pbx").prefetch_related("phones")
    return list(rooms.order_by("pk"))


def _extensions(room: Room) -> list[str]:
    return [phone.extension for phone in room.phones.all()]
