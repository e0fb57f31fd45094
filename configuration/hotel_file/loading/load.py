"""Loads a hotel file into the database: the file wins, and the changes are listed.

One transaction: all of the file or nothing. What the file does not mention is kept, unless
``prune`` is set.
"""

from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction

from billing.calls import rerating
from configuration.hotel_file.faults import Fault, HotelFileFaults
from configuration.hotel_file.loading import prices, rooms
from configuration.hotel_file.loading.change_list import ChangeList, write_row
from configuration.hotel_file.loading.existing_rows import (
    check_currency_unchanged,
    check_stored_hotel,
)
from configuration.hotel_file.loading.logo import load_logo
from configuration.hotel_file.schema import HotelFile, parse_hotel_file
from configuration.hotel_file.tables import PbxTable
from hotelpbx.task_queue.sending import enqueue_on_commit
from pbx.models import Pbx, columns_for_destination
from rooms.audit import Actor, note
from rooms.locking import lock_settings
from rooms.models import Property
from rooms.time_zones import send_if_changed, zone_error, zones_of
from wakeups.models import WakeUpSettings

# Long enough for any page to finish saving.
_PATIENCE: Final = 120.0


def load_hotel(path: Path, *, dry_run: bool = False, prune: bool = False) -> list[str]:
    """Load the file; returns what changed, or with ``dry_run`` what would change.

    :raises HotelFileFaults: the file has faults; nothing is changed
    """
    file = parse_hotel_file(path, to_be_loaded=True)
    _check_zones(path, file)
    with transaction.atomic():
        lock_settings(file.hotel.code, _PATIENCE)
        check_currency_unchanged(str(path), file)
        changes = ChangeList()
        property_ = _load(file, changes, prune=prune)
        check_stored_hotel(str(path), property_)
        load_logo(path, file.hotel.logo, property_, changes)
        if changes.lines:
            note(
                property_,
                Actor.system("load_hotel"),
                "load hotel file",
                f"property:{property_.code}",
                after={"changes": changes.lines},
            )
        if dry_run:
            transaction.set_rollback(True)
    if not dry_run:
        rerating.rate_unrated(property_)
    return changes.lines


def _check_zones(path: Path, file: HotelFile) -> None:
    """The database must know the time zones, too."""
    faults = [
        Fault(str(path), table, "timezone", reason)
        for table, name in (("[property]", file.hotel.timezone), ("[pbx]", file.pbx_timezone))
        if (reason := zone_error(name))
    ]
    if faults:
        raise HotelFileFaults(faults)


def _load(file: HotelFile, changes: ChangeList, *, prune: bool) -> Property:
    known = Property.objects.filter(code=file.hotel.code)
    routes_before = known.values_list("emergency_routes", flat=True).first()
    zones_before = zones_of(file.hotel.code)
    property_ = _load_property(file, changes)
    property_.pbx = _load_pbx(file, property_, changes)
    property_.save(update_fields=["pbx"])
    # Before the rooms: a changed class is sent to the phones of its guests.
    rooms.load_classes(file, property_, changes)
    rooms.load_rooms(file, property_, changes)
    rooms.load_credit(property_, routes_before)
    # After the rooms, which are all locked now: changed wake-up calls lock their stays.
    _load_wake_up_settings(file, property_, changes)
    send_if_changed(property_.code, zones_before)
    prices.load_products(file, property_, changes)
    prices.load_tariffs(file, property_, changes)
    if prune:
        rooms.prune(file, property_, changes)
        prices.prune(file, property_, changes)
    return property_


def _load_property(file: HotelFile, changes: ChangeList) -> Property:
    property_, codes = file.hotel, file.feature_codes
    values = {
        "name": property_.name,
        "timezone": property_.timezone,
        "currency": property_.currency,
        "language": property_.language,
        "tax_rate": property_.tax_rate,
        "tax_included": property_.tax_included,
        "late_charge_window": property_.late_charge_window,
        "emergency_numbers": list(property_.emergency_numbers),
        "address": property_.address,
        "tax_number": property_.tax_number,
        "emergency_routes": list(property_.emergency_routes),
        **{f"{name}_code": getattr(codes, name) for name in settings.FEATURE_CODES},
        "staff_number": codes.staff_number,
        "housekeeping_statuses": dict(codes.housekeeping_statuses),
        "keep_reports": file.retention.reports,
        "keep_commands": file.retention.commands,
        "keep_events": file.retention.events,
    }
    return write_row(
        changes, Property, {"code": property_.code}, values, f"property {property_.code}"
    )[0]


def _load_pbx(file: HotelFile, property_: Property, changes: ChangeList) -> Pbx:
    values = {
        "name": file.pbx.name,
        "url": file.pbx.url,
        "username": file.pbx.username,
        "password": file.pbx.password.get_secret_value(),
        "verify_tls": _verify_tls(file.pbx),
        "timezone": file.pbx_timezone,
        "serial_number": file.pbx.serial_number,
        "allowed_sources": [str(network) for network in file.pbx.allowed_sources],
        "parallel_requests": file.pbx.parallel_requests,
        "voicemail_pin": file.pbx.voicemail_pin.get_secret_value(),
    }
    if property_.pbx is None:
        changes.add(f"+ PBX {file.pbx.name}")
        return Pbx.objects.create(**values)
    # Whoever writes the file knows the password or its variable: it belongs to the file's
    # address.
    before = Pbx.objects.select_for_update().get(pk=property_.pbx.pk)
    values |= columns_for_destination(before, file.pbx.url, _verify_tls(file.pbx))
    pbx, changed = write_row(changes, Pbx, {"pk": property_.pbx.pk}, values, f"PBX {file.pbx.name}")
    if changed:
        enqueue_on_commit("pbx.tasks.keep_session", pbx.pk)
    return pbx


def _verify_tls(table: PbxTable) -> str:
    if isinstance(table.verify_tls, bool):
        return "true" if table.verify_tls else "false"
    return str(table.verify_tls)


def _load_wake_up_settings(file: HotelFile, property_: Property, changes: ChangeList) -> None:
    values = file.wake_up_calls.model_dump()
    write_row(changes, WakeUpSettings, {"property": property_}, values, "wake-up calls")
