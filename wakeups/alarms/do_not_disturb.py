"""A wake-up call rings also where do-not-disturb is set: it is lifted meanwhile, and set again.

Whether the PBX rings a phone under do-not-disturb is not said, so both are reckoned with. Shortly
before a guest is to be woken it is switched off at that phone; when it is over, one way or the
other, it is as it was.
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

# Time enough to try again after a fault of the link.
LEAD: Final = timedelta(minutes=3)
# A guest who did not answer is called by the desk; after this time the phone is quiet again.
DESK_CALLS: Final = timedelta(hours=1)
# What could not be switched off by then is asked about anew.
_PATIENCE: Final = timedelta(minutes=5)


def keep() -> int:
    """Lift what is in the way of coming calls, restore what is not any more; returns how many."""
    seen = 0
    todo = Phone.objects.annotate(coming=Exists(_coming())).exclude(coming=F("dnd_suspended"))
    for pk in list(todo.values_list("pk", flat=True)):
        try:
            with transaction.atomic():
                seen += _see_to(pk)
        except Exception:
            # One phone that goes wrong must not cost the others their morning.
            log.exception("Do-not-disturb of phone %s could not be seen to.", pk)
    return seen


def suspend(occurrence: Occurrence) -> None:
    """A guest is to be called now. The lock on his room is held."""
    if (room := occurrence.call.stay.room) is not None:
        do_not_disturb.suspend(room, occurrence.extension, not_after=now() + _PATIENCE)


def _see_to(pk: int) -> bool:
    """Under the lock on the room it is decided anew."""
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
        do_not_disturb.suspend(room, phone.extension, not_after=now() + _PATIENCE)
    return True


def _coming() -> QuerySet[Occurrence]:
    """Of the phone in the outer query: who is to be woken, is being woken, or is to be called by
    the desk."""
    instant = now()
    being_woken = Q(state__in=Occurrence.OPEN, due_at__lte=instant + LEAD)
    missed = Q(state__in=Occurrence.ALERTS, acknowledged_at=None, due_at__gt=instant - DESK_CALLS)
    return Occurrence.objects.filter(
        being_woken | missed,
        call__property=OuterRef("property"),
        extension=OuterRef("extension"),
    )
