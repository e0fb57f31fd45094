"""Posting and reversing charges. Charges are never edited."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from billing.ledger import credit_limit, lines
from billing.ledger.amounts import check_amount
from billing.ledger.lines import Posting
from billing.models import Charge, MinibarProduct
from hotelpbx.clock import now
from hotelpbx.money import round_money
from hotelpbx.refusals import Refusal, invalid
from rooms.audit import Actor, note
from rooms.locking import lock_with_room
from rooms.models import Property, Room, Stay


def post(stay: Stay, posting: Posting, *, actor: Actor) -> Charge:
    """Post a charge to the folio of ``stay``, as a late charge if it has checked out."""
    with transaction.atomic():
        stay, _ = lock_with_room(stay, posting.room)
        require_folio(stay)
        too_much = credit_limit.over_limit_reason(stay, _gross(posting.amount, stay.property))
        if too_much and not posting.accept_over_limit:
            raise Refusal("credit_limit_reached", too_much)
        charge = lines.write(stay, posting, actor)
        lines.record_event(charge, actor, "charge", "charge.created", above_limit=bool(too_much))
        credit_limit.sync_phone_bar(stay)
        return charge


def charge_other(
    stay: Stay,
    amount: Decimal,
    description: str,
    *,
    actor: Actor,
    reason: str = "",
    accept_over_limit: bool = False,
) -> Charge:
    """Post a manual charge, such as laundry."""
    if not description.strip():
        raise invalid("/description", "Describe the charge.")
    check_amount(amount, stay.property.currency)
    posting = Posting(
        Charge.Type.OTHER,
        amount,
        description.strip(),
        now(),
        stay.room,
        reason=reason,
        accept_over_limit=accept_over_limit,
    )
    return post(stay, posting, actor=actor)


def charge_minibar(
    stay: Stay,
    product: MinibarProduct,
    quantity: int,
    *,
    actor: Actor,
    occurred_at: datetime | None = None,
    room: Room | None = None,
    accept_over_limit: bool = False,
) -> Charge:
    """Charge products from the minibar at today's price."""
    if not 1 <= quantity <= 99:
        raise invalid("/quantity", "The quantity must be 1 to 99.")
    if product.property_id != stay.property_id:
        raise invalid("/product", "There is no such minibar product.")
    if not product.on_sale and occurred_at is None:
        raise invalid("/product", f"{product.name} is not on sale.")
    amount = round_money(product.price * quantity, stay.property.currency)
    posting = Posting(
        Charge.Type.MINIBAR,
        amount,
        f"{product.name} × {quantity}" if quantity > 1 else product.name,
        occurred_at or now(),
        room or stay.room,
        product=product,
        quantity=quantity,
        accept_over_limit=accept_over_limit,
    )
    return post(stay, posting, actor=actor)


def reverse(charge: Charge, *, actor: Actor, reason: str = "") -> Charge:
    """Reverse a charge by a new, negative one, once only."""
    with transaction.atomic():
        stay, _ = lock_with_room(charge.stay, charge.room)
        charge = Charge.objects.select_related("property", "room", "product", "call").get(
            pk=charge.pk
        )
        require_active(charge)
        words = f"Reversed: {charge.description}"
        reversal = lines.write_reversal(charge, stay, words, reason, actor)
        lines.record_event(reversal, actor, "reverse charge", "charge.reversed")
        credit_limit.sync_phone_bar(stay)
        return reversal


def acknowledge(charge: Charge, status: str, *, actor: Actor, reason: str = "") -> Charge:
    """Record whether the PMS accepted or rejected a posting."""
    if status not in (Charge.Acknowledgement.ACCEPTED, Charge.Acknowledgement.REJECTED):
        raise invalid("/status", "Say accepted or rejected.")
    with transaction.atomic():
        before = charge.acknowledgement
        charge.acknowledgement = status
        charge.acknowledgement_reason = reason[:255]
        charge.save(update_fields=["acknowledgement", "acknowledgement_reason"])
        note(
            charge.property,
            actor,
            "acknowledge charge",
            f"charge:{charge.sequence}",
            before={"acknowledgement": before},
            after={"acknowledgement": status, "reason": reason},
        )
    return charge


def require_folio(stay: Stay) -> None:
    """Refuse a stay that has not checked in yet."""
    if stay.status not in (Stay.Status.IN_HOUSE, Stay.Status.CHECKED_OUT):
        raise Refusal(
            "stay_not_in_house", f"Stay {stay.reference} has not checked in: it has no folio."
        )


def require_active(charge: Charge) -> None:
    """Refuse a line that is a reversal, or was reversed or transferred. Lock its stay before."""
    if charge.reverses_id is not None:
        raise Refusal("invalid_transition", "A reversal cannot be reversed: post a new charge.")
    gone = Charge.objects.filter(origin=charge).select_related("stay").order_by("pk").last()
    if gone is not None:
        raise Refusal(
            "invalid_transition",
            f"Charge {charge.sequence} has been transferred to {gone.stay.reference}.",
        )
    if Charge.objects.filter(reverses=charge).exists():
        raise Refusal("invalid_transition", f"Charge {charge.sequence} has already been reversed.")


def _gross(amount: Decimal, property_: Property) -> Decimal:
    return amount if property_.tax_included else amount + lines.tax_of(amount, property_)
