"""Do-not-disturb is suspended while a guest is woken, and restored afterwards.

The manual does not say whether the PBX rings a phone under do-not-disturb. So it is switched off
shortly before a guest is to be woken, and set again when the call is over.
"""

import logging
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from hotelpbx.clock import now
from rooms.locking import lock_rooms
from rooms.models import Phone
from rooms.phones import do_not_disturb
from wakeups.models import Occurrence

log = logging.getLogger(__name__)

# Leaves time for a retry after a failure of the link.
LEAD: Final = timedelta(minutes=3)
# A guest who did not answer is called by the desk; after this time it is restored.
DESK_CALLS: Final = timedelta(hours=1)
# A command that was not delivered by then is dropped, and sent again if still needed.
_NOT_AFTER: Final = timedelta(minutes=5)


def update_phones() -> int:
    """Suspend it for calls that are due soon, and restore it after them; returns how many."""
    updated = 0
    phones = Phone.objects.annotate(coming=Exists(_coming())).exclude(coming=F("dnd_suspended"))
    for pk in list(phones.values_list("pk", flat=True)):
        try:
            with transaction.atomic():
                updated += _update(pk)
        except Exception:
            # One phone that fails must not keep the others from being woken.
            log.exception("Do-not-disturb of phone %s could not be updated.", pk)
    return updated


def suspend(occurrence: Occurrence) -> None:
    """Suspend it for a call to the guest now. The lock on the room is held."""
    if (room := occurrence.call.stay.room) is not None:
        do_not_disturb.suspend(room, occurrence.extension, not_after=now() + _NOT_AFTER)


def _update(pk: int) -> bool:
    """Decided again under the lock on the room."""
    phone = Phone.objects.select_related("room").filter(pk=pk).first()
    if phone is None:
        return False
    room = lock_rooms([phone.room])[phone.room_id]
    phone = (
        Phone.objects.select_related("room__property__pbx")
        .annotate(coming=Exists(_coming()))
        .get(pk=pk)
    )
    if phone.room_id != room.pk or phone.coming == phone.dnd_suspended:
        return False
    if phone.dnd_suspended:
        do_not_disturb.resume(phone, room)
    else:
        do_not_disturb.suspend(room, phone.extension, not_after=now() + _NOT_AFTER)
    return True


def _coming() -> QuerySet[Occurrence]:
    """Occurrences of the outer query's phone that are due soon, open, or left to the desk."""
    instant = now()
    being_woken = Q(state__in=Occurrence.OPEN, due_at__lte=instant + LEAD)
    missed = Q(state__in=Occurrence.ALERTS, acknowledged_at=None, due_at__gt=instant - DESK_CALLS)
    return Occurrence.objects.filter(
        being_woken | missed,
        call__property=OuterRef("property"),
        extension=OuterRef("extension"),
    )
