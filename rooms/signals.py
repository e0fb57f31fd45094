"""What other parts of the hotel follow. Receivers run inside the transaction; one that fails
undoes the act.
"""

from django.dispatch import Signal

# A stay came in, went to another room, or left. Arguments: stay; for a move also old_room; for
# a move and a check-out also phone_wiped: nobody remains and the room's phones are wiped; for a
# check-out also actor.
stay_checked_in = Signal()
stay_moved = Signal()
stay_checked_out = Signal()

# A phone's status as reported. Arguments: phone, status (Phone.Status), at.
phone_status_changed = Signal()

# Names, dates, class or notes of a stay changed. Arguments: stay.
stay_changed = Signal()

# The phones of a room changed. Arguments: room, wiped (the extensions that were taken from it and
# are wiped: they had a guest's name).
room_phones_changed = Signal()

# The time zone of the hotel or of its PBX was wrong and has been put right. Arguments: hotel,
# before (ZoneInfo: the hotel's until now).
zones_changed = Signal()
