"""Assigning phones to rooms; guests' names, wake-up calls and rights follow the phones."""

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
    """Assign extensions to rooms (by number), the main one first; other rooms lose them.

    A phone that is removed from an occupied room is deprovisioned first; one that is added to it is
    provisioned for its stay.

    :returns: the former extensions of the rooms whose phones changed, by number
    """
    with transaction.atomic():
        rooms = lock_rooms(property_.rooms.all()).values()
        before = {room.number: _extensions(room) for room in rooms}
        _write(property_, {room.number: room for room in rooms}, wanted)
        present = _read_rooms(property_)
        changed = [room for room in present if before[room.number] != _extensions(room)]
        occupied = {room.pk: stay for room in changed if (stay := provisioning.main_stay(room))}
        taken = {
            room.pk: _deprovision_removed(occupied[room.pk], room, before[room.number])
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
    _save_former_phones(property_, phones_wanted, wanted)
    Phone.objects.bulk_create(
        phones_wanted.values(),
        update_conflicts=True,
        unique_fields=["property", "extension"],
        update_fields=["room", "position"],
    )
    given_up = Phone.objects.filter(property=property_, room__number__in=wanted)
    given_up.exclude(extension__in=phones_wanted).delete()


def _save_former_phones(
    property_: Property, phones: Mapping[str, Phone], rooms: Collection[str]
) -> None:
    """A call that began before the change still belongs to the former room, or to the house."""
    instant = now()
    affected = Phone.objects.filter(
        Q(extension__in=phones) | Q(room__number__in=rooms), property=property_
    )
    before = {phone.extension: phone.room_id for phone in affected}
    house_phones = [
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
        for extension, room in {**moved, **dict.fromkeys(house_phones)}.items()
    )


def _deprovision_removed(stay: Stay, room: Room, before: Sequence[str]) -> set[str]:
    removed = set(before) - set(_extensions(room))
    for extension in sorted(removed):
        provisioning.deprovision_phone(stay, extension)
    return removed


def _read_rooms(property_: Property) -> list[Room]:
    """The current rooms with their phones, without what was cached before."""
    rooms = property_.rooms.select_related("property__pbx").prefetch_related("phones")
    return list(rooms.order_by("pk"))


def _extensions(room: Room) -> list[str]:
    return [phone.extension for phone in room.phones.all()]
