"""Barring the phones of guests who have reached their credit limit (docs/credit-limit.md).

Billing decides whether a phone is barred; this module applies it.
"""

from typing import Any

from events import log as events
from rooms.audit import Actor, note
from rooms.locking import lock_rooms
from rooms.models import Property, Stay
from rooms.payloads import stay_payload
from rooms.phones import provisioning


def set_phone_bar(stay: Stay, barred: bool, *, actor: Actor, why: dict[str, Any]) -> None:
    """Bar the phone of an in-house stay, or lift the bar. The stay and its room are locked.

    Only the phone of the room's main stay is changed. The bar of another stay that shares the room
    takes effect when it becomes the main stay.

    :param why: for the audit trail
    """
    if stay.phone_barred == barred:
        return
    stay.phone_barred = barred
    stay.save(update_fields=["phone_barred"])
    provisioning.reprovision(stay)
    action = "bar phone" if barred else "lift phone bar"
    note(stay.property, actor, action, f"stay:{stay.reference}", after=why)
    events.record(stay.property.code, "stay.updated", stay_payload(stay))


def reprovision_barred_phones(property_: Property) -> None:
    """Send changed emergency routes to the barred phones."""
    barred = property_.stays.filter(status=Stay.Status.IN_HOUSE, phone_barred=True)
    for stay in barred.select_related("room__property__pbx").order_by("room_id", "pk"):
        lock_rooms([stay.room])
        provisioning.reprovision(stay)
