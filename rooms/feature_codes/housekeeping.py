"""Feature code ``777*NN``: sets the housekeeping status of the room whose phone dialed it."""

import re
from typing import Final

from pbx.reports.registry import Ignored, Outcome, Parked, Processed
from rooms.audit import Actor
from rooms.feature_codes.registry import Entry
from rooms.housekeeping import change_room
from rooms.locking import lock_rooms
from rooms.models.property import HousekeepingStatus
from rooms.stays.attribution import phone_at

# The status, an optional staff number, then "#" for each time that the same was keyed in earlier
# in the call (docs/dial-plan.md).
_ARGUMENTS: Final = re.compile(r"(\*\d+)(?:\*(\d{1,8}))?#*")


def apply(entry: Entry) -> Outcome:
    """``777*01``, or ``777*01*12`` with a staff number."""
    property_, keys = entry.property_, entry.keys
    match = _ARGUMENTS.fullmatch(entry.arguments)
    status = property_.housekeeping_statuses.get(match[1]) if match else None
    if match is None or status not in HousekeepingStatus.values:
        return Parked(
            f"{keys} is not a housekeeping status of this hotel. "
            "Add it to [feature_codes.housekeeping_statuses] and replay it."
        )
    if not property_.staff_number and f"*{match[2]}" in property_.housekeeping_statuses:
        # Older dial plans took the correction for a staff number.
        return Parked(
            f"{keys} may be *{match[2]} as a correction, or *{match[2]} as a staff number. Set the "
            "status of the room yourself. Staff numbers are wanted: set staff_number of "
            "[feature_codes] and replay it. In any case upload the dial plan again."
        )
    phone = phone_at(property_, entry.extension)
    if phone is None:
        return Parked(f"{keys} came from extension {entry.extension}, which is not in a room.")
    room = lock_rooms([phone.room])[phone.room_id]
    staff = match[2] or ""
    actor = Actor("phone", entry.extension + (f", staff {staff}" if staff else ""))
    if entry.report.repeats_id is not None and room.housekeeping_status != status:
        # A repeated old entry must not undo what was keyed in since.
        return Ignored(f"Repeated; room {room.number} has been {room.housekeeping_status} since.")
    change_room(room, actor=actor, staff=staff, housekeeping_status=status)
    return Processed(f"Room {room.number} is {status}.")
