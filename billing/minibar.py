"""Minibar entries keyed in on the phone: ``778*PRODUCT*QTY`` (L6053-L6065)."""

from datetime import datetime

from django.db import transaction

from billing.ledger.posting import charge_minibar
from billing.models import Charge, MinibarEntry, MinibarProduct
from hotelpbx.refusals import Refusal, invalid
from rooms.audit import Actor
from rooms.models import Phone, Property, Stay
from rooms.stays.attribution import Holder, holder, neighbors

State = MinibarEntry.State


def record_entry(
    phone: Phone,
    product: MinibarProduct,
    quantity: int,
    *,
    occurred_at: datetime,
    callid: str,
    report_id: int,
    repeated: bool,
) -> MinibarEntry:
    """Store an entry; charge it if the guest is unambiguous and it is not a repetition."""
    with transaction.atomic():
        held = holder(phone.room, occurred_at)
        entry, is_new = MinibarEntry.objects.get_or_create(
            report_id=report_id,
            defaults={
                "property": phone.property,
                "callid": callid[:64],
                "extension": phone.extension,
                "room": phone.room,
                "product": product,
                "quantity": quantity,
                "occurred_at": occurred_at,
                "state": State.REPEATED if repeated else State.UNCLAIMED,
            },
        )
        if not is_new:
            return entry
        entry.suggestions.add(*(held.candidates or neighbors(phone.room, occurred_at)))
        if not repeated and held.stay is not None and not held.changed_recently:
            _charge(entry, held.stay, Actor("phone", phone.extension))
        return entry


def charge_entry(entry: MinibarEntry, stay: Stay | None, actor: Actor) -> Charge:
    """Charge an entry that waits for a decision: to ``stay``, or to the only possible stay."""
    with transaction.atomic():
        entry = _locked(entry)
        if entry.state not in (State.UNCLAIMED, State.REPEATED):
            raise Refusal("invalid_transition", "This entry has already been resolved.")
        chosen = stay or _unambiguous_stay(holder(entry.room, entry.occurred_at))
        if chosen is None:
            raise invalid("/stay", "Choose a stay: the guests of the room have just changed.")
        return _charge(entry, chosen, actor)


def discard_entry(entry: MinibarEntry, reason: str) -> None:
    """Decide that an entry is charged to nobody."""
    with transaction.atomic():
        entry = _locked(entry)
        if entry.state not in (State.UNCLAIMED, State.REPEATED):
            raise Refusal("invalid_transition", "This entry has already been resolved.")
        entry.state = State.DISCARDED
        entry.reason = reason[:255]
        entry.save()


def product_on_sale(property_: Property, code: str) -> MinibarProduct | None:
    """The product on sale with exactly this code; leading zeros are significant."""
    return MinibarProduct.objects.filter(property=property_, code=code, on_sale=True).first()


def _unambiguous_stay(held: Holder) -> Stay | None:
    return None if held.changed_recently else held.stay


def _charge(entry: MinibarEntry, stay: Stay, actor: Actor) -> Charge:
    charge = charge_minibar(
        stay,
        entry.product,
        entry.quantity,
        actor=actor,
        occurred_at=entry.occurred_at,
        room=entry.room,
        accept_over_limit=True,  # it has already been consumed
    )
    if entry.refilled_at is not None:
        charge.refilled_at = entry.refilled_at
        charge.save(update_fields=["refilled_at"])
    entry.charge = charge
    entry.state = State.CHARGED
    entry.save()
    return charge


def _locked(entry: MinibarEntry) -> MinibarEntry:
    return (
        MinibarEntry.objects.select_for_update(of=("self",))
        .select_related("room__property", "product", "property")
        .get(pk=entry.pk)
    )
