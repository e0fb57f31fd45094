"""Phones of guests who owe as much as they may: whether they are barred is billing's decision,
what that means for the phone is the house's (docs/credit-limit.md)."""

from typing import Any

from events import log as events
from rooms.audit import Actor, note
from rooms.locking import lock_rooms
from rooms.models import Property, Stay
from rooms.payloads import stay_payload
from rooms.phones import provisioning


def set_phone_bar(stay: Stay, barred: bool, *, actor: Actor, why: dict[str, Any]) -> None:
    """Bar the phone of an in-house stay, or lift that. The stay and its room are locked.

    Only the phone of the room's main guest is told; a stay that shares the room carries its mark
    to the phone when the phone becomes its own.

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
    """After the routes for emergency calls have changed: a barred phone keeps the new ones."""
    barred = property_.stays.filter(status=Stay.Status.IN_HOUSE, phone_barred=True)
    for stay in barred.select_related("room__property__pbx").order_by("room_id", "pk"):
        lock_rooms([stay.room])
        provisioning.reprovision(stay)
