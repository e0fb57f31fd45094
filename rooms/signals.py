"""Signals for the layers above.

Receivers run inside the transaction; one that fails rolls it back.
"""

from django.dispatch import Signal

# Check-in, room move, check-out. Arguments: stay; for a move also old_room; for a move and a
# check-out also phone_wiped (nobody remains, and the room's phones are deprovisioned); for a
# check-out also actor.
stay_checked_in = Signal()
stay_moved = Signal()
stay_checked_out = Signal()

# The PBX reported the status of a phone. Arguments: phone, status (Phone.Status), at.
phone_status_changed = Signal()

# Names, dates, class or notes of a stay changed. Arguments: stay.
stay_changed = Signal()

# The phones of a room changed. Arguments: room, wiped (the extensions that were removed from an
# occupied room and are deprovisioned).
room_phones_changed = Signal()

# The time zone of the hotel or of its PBX was corrected. Arguments: property_, before (ZoneInfo:
# the hotel's previous zone).
zones_changed = Signal()
