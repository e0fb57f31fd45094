"""Loads classes of service, rooms and their phones from the hotel file into the database."""

from billing.ledger.credit_limit import sync_all_phone_bars
from billing.removal import has_history
from configuration.hotel_file.loading.change_list import ChangeList, write_row
from configuration.hotel_file.schema import HotelFile
from rooms.audit import Actor
from rooms.housekeeping import change_room
from rooms.locking import lock_rooms
from rooms.models import ClassOfService, Property, Room
from rooms.models.property import AvailabilityStatus, OccupancyStatus
from rooms.phones import provisioning
from rooms.phones.assignment import set_phones
from rooms.phones.barring import reprovision_barred_phones


def load_classes(file: HotelFile, property_: Property, changes: ChangeList) -> None:
    """``[[classes_of_service]]``. Changes are sent to the phones of guests in house."""
    default = file.default_class.name
    # Only one may be the default: clear the flag before it is set elsewhere.
    property_.classes_of_service.exclude(name=default).update(is_default=False)
    for table in file.classes_of_service:
        values = {
            "voicemail": table.voicemail,
            "outbound_routes": list(table.outbound_routes),
            "tariff": table.tariff or "",
            "allowance_minutes": table.allowance_minutes,
            "allowance_amount": table.allowance_amount,
            "is_default": table.name == default,
            "credit_limit": table.credit_limit,
            "confirm_wake_up_calls": table.confirm_wake_up_calls,
        }
        lookup = {"property": property_, "name": table.name}
        row, changed = write_row(
            changes, ClassOfService, lookup, values, f"class of service {table.name}"
        )
        if changed:
            provisioning.reprovision_class(row)


def load_credit(property_: Property, routes_before: list[str] | None) -> None:
    """Apply changed limits and emergency routes to the phones of guests in house."""
    sync_all_phone_bars(property_)
    if property_.emergency_routes != routes_before:
        reprovision_barred_phones(property_)


def load_rooms(file: HotelFile, property_: Property, changes: ChangeList) -> None:
    """``[[rooms]]`` with their extensions."""
    for table in file.rooms:
        values = {"floor": table.floor, "type": table.type}
        lookup = {"property": property_, "number": table.number}
        write_row(changes, Room, lookup, values, f"room {table.number}")
    wanted = {table.number: list(table.extensions) for table in file.rooms}
    for number, before in set_phones(property_, wanted).items():
        if before:
            after = ", ".join(wanted.get(number, ())) or "none"
            changes.add(f"~ room {number}: extensions {', '.join(before)} → {after}")


def prune(file: HotelFile, property_: Property, changes: ChangeList) -> None:
    """Remove rooms and classes that the file does not have.

    What has a history is kept: a room without phones and out of order, a class as it is.
    """
    for room in property_.rooms.exclude(number__in=[table.number for table in file.rooms]):
        _prune_room(lock_rooms([room])[room.pk], changes)
    names = [table.name for table in file.classes_of_service]
    for service in property_.classes_of_service.exclude(name__in=names):
        if service.stays.exists():
            changes.add(f"= class of service {service.name} is kept: stays use it")
        else:
            changes.add(f"- class of service {service.name}")
            service.delete()


def _prune_room(room: Room, changes: ChangeList) -> None:
    if room.occupancy_status == OccupancyStatus.OCCUPIED:
        changes.add(f"= room {room.number} is kept: it is occupied")
    elif has_history(room):
        if room.phones.exists() or room.availability_status != AvailabilityStatus.OUT_OF_ORDER:
            changes.add(f"- room {room.number}: out of order, without phones; its history stays")
            room.phones.all().delete()
            change_room(
                room,
                actor=Actor.system("load_hotel"),
                availability_status=AvailabilityStatus.OUT_OF_ORDER,
            )
    else:
        changes.add(f"- room {room.number}")
        room.delete()
