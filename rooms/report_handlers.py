"""Reports of the PBX that concern rooms and their phones."""

import re
from typing import Final

from pbx import extension_list, link
from pbx.models import Report
from pbx.reports.parsing import ExtensionState, KeysPressed, ParsedReport
from pbx.reports.registry import Ignored, Outcome, Parked, Processed
from rooms.audit import Actor
from rooms.housekeeping import change_room
from rooms.locking import lock_rooms
from rooms.models import Phone, Property
from rooms.models.property import HousekeepingStatus
from rooms.phones.statuses import record_status, status_of
from rooms.signals import phone_status_changed
from rooms.stays.attribution import phone_at

# The status keys, then perhaps the number of whoever cleaned, then "#" for each time that they
# were keyed in the same call before (docs/dial-plan.md).
_STATUS_ENTRY: Final = re.compile(r"(\*\d+)(?:\*(\d{1,8}))?#*")


def property_of(report: Report) -> Property | None:
    """The property whose PBX sent the report; one query for a whole batch."""
    return getattr(report.pbx, "property", None)


def keyed_entry(parsed: ParsedReport) -> tuple[str, str] | None:
    """(extension, keys) of a code keyed in at a phone, e.g. ("2003", "777*01").

    None for keys pressed in an IVR, by an outside caller, or for single keys: the menus of the
    dial plan send the whole string in ``infos`` (L6123, L6185).
    """
    pressed = KeysPressed.of_report(parsed)
    if not pressed.extension or not pressed.keys or pressed.ivr:
        return None
    return pressed.extension, pressed.keys


def is_entry(property_: Property, keys: str, code: str) -> bool:
    """Whether ``keys`` begin with ``code`` and something follows, and not with a longer code."""
    codes = (property_.housekeeping_code, property_.minibar_code)
    longest = max(filter(keys.startswith, codes), key=len, default="")
    return code == longest and keys != code


def housekeeping_code(report: Report, parsed: ParsedReport) -> Outcome | None:
    """``777*01``: the room whose phone it is gets the status that belongs to ``*01``."""
    property_ = property_of(report)
    if property_ is None:
        return Parked("No property uses this PBX: load the hotel file, then replay it.")
    entry = keyed_entry(parsed)
    if entry is None:
        return Ignored("Keys of a caller or in a menu, not a code of the hotel.")
    extension, keys = entry
    code = property_.housekeeping_code
    if not is_entry(property_, keys, code):
        return None
    match = _STATUS_ENTRY.fullmatch(keys.removeprefix(code))
    status = property_.housekeeping_statuses.get(match[1]) if match else None
    if match is None or status not in HousekeepingStatus.values:
        return Parked(
            f"{keys} is not a housekeeping status of this hotel. "
            "Add it to [feature_codes.housekeeping_statuses] and replay it."
        )
    if not property_.staff_number and f"*{match[2]}" in property_.housekeeping_statuses:
        # Dial plans of before took the correction for a staff number.
        return Parked(
            f"{keys} may be *{match[2]} as a correction, or *{match[2]} as a staff number. Set the "
            "status of the room yourself. Staff numbers are wanted: set staff_number of "
            "[feature_codes] and replay it. In any case upload the dial plan anew."
        )
    phone = phone_at(property_, extension)
    if phone is None:
        return Parked(f"{keys} came from extension {extension}, which is not in a room.")
    room = lock_rooms([phone.room])[phone.room_id]
    staff = match[2] or ""
    actor = Actor("phone", f"{extension}" + (f", staff {staff}" if staff else ""))
    if report.repeats_id is not None and room.housekeeping_status != status:
        # An old entry that comes once more must not undo what was keyed in since.
        return Ignored(f"Repeated; room {room.number} has been {room.housekeeping_status} since.")
    change_room(room, actor=actor, staff=staff, housekeeping_status=status)
    return Processed(f"Room {room.number} is {status}.")


def extension_status(report: Report, parsed: ParsedReport) -> Outcome | None:
    """The state of a monitored phone (L4795-L4827), applied in the order of arrival."""
    property_ = property_of(report)
    state = ExtensionState.of_report(parsed)
    phone = phone_at(property_, state.extension) if property_ else None
    if phone is None:
        return Ignored(f"Extension {state.extension} is not in a room.")
    status = status_of(state.status)
    if status is None:
        return Parked(f"The status {state.status!r} of {state.extension} is not in the manual.")
    record_status(phone, status, report.received_at)
    phone_status_changed.send(sender=Phone, phone=phone, status=status, at=report.received_at)
    return Processed(f"{phone} is {status.value}.")


def config_change(report: Report, parsed: ParsedReport) -> Outcome | None:
    """An extension was added to the PBX or deleted (L4756-L4794); our own names are updates."""
    of_extension = parsed.fields.get("type", "").lower() == "extension"
    if not of_extension or parsed.fields.get("operation", "").lower() == "update":
        return None
    if extension_list.want(report.pbx):
        link.ask_now(report.pbx)
    return Processed("The list of extensions is read again.")


def boot_up(report: Report, parsed: ParsedReport) -> Outcome | None:
    """The PBX has started anew; its token is gone, so the next heartbeat comes at once."""
    link.restarted(report.pbx)
    return Processed("The PBX has started: the session is looked after.")
