"""Posting charges to stays, and reversing them. Charges are never edited."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from billing import lines
from billing.amounts import check_amount
from billing.lines import Posting
from billing.models import Charge, MinibarProduct
from hotelpbx.clock import now
from hotelpbx.money import round_money
from hotelpbx.refusals import Refusal, invalid
from rooms.audit import Actor, note
from rooms.locking import lock_stay
from rooms.models import Room, Stay


def post(stay: Stay, posting: Posting, *, actor: Actor) -> Charge:
    """Put a charge on the folio of ``stay``: a late one when the stay has left."""
    with transaction.atomic():
        stay = lock_stay(stay)
        must_have_folio(stay)
        charge = lines.write(stay, posting)
        lines.tell(charge, actor, "charge", "charge.created")
        return charge


def charge_other(
    stay: Stay, amount: Decimal, description: str, *, actor: Actor, reason: str = ""
) -> Charge:
    """A manual charge: laundry, a broken glass."""
    if not description.strip():
        raise invalid("/description", "Say what is charged.")
    check_amount(amount, stay.property.currency)
    posting = Posting(
        Charge.Type.OTHER, amount, description.strip(), now(), stay.room, reason=reason
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
) -> Charge:
    """Products out of the minibar, at today's price."""
    if not 1 <= quantity <= 99:
        raise invalid("/quantity", "The quantity must be 1 to 99.")
    amount = round_money(product.price * quantity, stay.property.currency)
    posting = Posting(
        Charge.Type.MINIBAR,
        amount,
        f"{product.name} × {quantity}" if quantity > 1 else product.name,
        occurred_at or now(),
        room or stay.room,
        product=product,
        quantity=quantity,
    )
    return post(stay, posting, actor=actor)


def reverse(charge: Charge, *, actor: Actor, reason: str = "") -> Charge:
    """Take a charge back by a new, negative one. Once only."""
    with transaction.atomic():
        stay = lock_stay(charge.stay)
        charge = Charge.objects.select_related("property", "room", "product", "call").get(
            pk=charge.pk
        )
        must_stand(charge)
        reversal = lines.write_reversal(charge, stay, f"Reversed: {charge.description}", reason)
        lines.tell(reversal, actor, "reverse charge", "charge.reversed")
        return reversal


def acknowledge(charge: Charge, status: str, *, actor: Actor, reason: str = "") -> Charge:
    """Keep what the PMS says about a posting: accepted or rejected."""
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


def must_have_folio(stay: Stay) -> None:
    """Refuse a stay that has never been in house."""
    if stay.status not in (Stay.Status.IN_HOUSE, Stay.Status.CHECKED_OUT):
        raise Refusal(
            "stay_not_in_house", f"Stay {stay.reference} has not checked in: it has no folio."
        )


def must_stand(charge: Charge) -> None:
    """Refuse a line that is a reversal or was taken back. Its stay is locked."""
    if charge.reverses_id is not None:
        raise Refusal("invalid_transition", "A reversal cannot be reversed: post a new charge.")
    gone = Charge.objects.filter(origin=charge).select_related("stay").order_by("pk").last()
    if gone is not None:
        raise Refusal(
            "invalid_transition", f"Charge {charge.sequence} is on {gone.stay.reference} now."
        )
    if Charge.objects.filter(reverses=charge).exists():
        raise Refusal("invalid_transition", f"Charge {charge.sequence} is reversed already.")
