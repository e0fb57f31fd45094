"""Posting charges to stays, and reversing them. Charges are never edited."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import connection, transaction

from billing.facts import charge_facts
from billing.models import Call, Charge, MinibarProduct
from events import log as events
from hotelpbx.clock import now
from hotelpbx.money import minor_digits, round_money
from hotelpbx.refusals import Refusal, invalid
from rooms.audit import Actor, note
from rooms.locking import lock_stay
from rooms.models import Property, Room, Stay

# What the column holds; more than any hotel bill.
MAX_AMOUNT: Final = Decimal("99999999")
_COUNT: Final = """
    INSERT INTO billing_postingcounter (property_id, last) VALUES (%s, 1)
    ON CONFLICT (property_id) DO UPDATE SET last = billing_postingcounter.last + 1
    RETURNING last
"""


@dataclass(frozen=True)
class Posting:
    """What is to be charged. ``amount``: gross where the property's prices contain the tax."""

    type: Charge.Type
    amount: Decimal
    description: str
    occurred_at: datetime
    room: Room | None = None
    call: Call | None = None
    product: MinibarProduct | None = None
    quantity: int | None = None
    reason: str = ""


def post(stay: Stay, posting: Posting, *, actor: Actor) -> Charge:
    """Put a charge on the folio of ``stay``: a late one when the stay has left."""
    with transaction.atomic():
        stay = lock_stay(stay)
        if stay.status not in (Stay.Status.IN_HOUSE, Stay.Status.CHECKED_OUT):
            raise Refusal(
                "stay_not_in_house", f"Stay {stay.reference} has not checked in: it has no folio."
            )
        charge = _write(stay, posting)
        _tell(charge, actor, "charge", "charge.created")
        return charge


def charge_other(
    stay: Stay, amount: Decimal, description: str, *, actor: Actor, reason: str = ""
) -> Charge:
    """A manual charge: laundry, a broken glass."""
    currency = stay.property.currency
    if not description.strip():
        raise invalid("/description", "Say what is charged.")
    if amount <= 0 or amount > MAX_AMOUNT:
        raise invalid("/amount", f"The amount must be more than 0 and at most {MAX_AMOUNT}.")
    if amount != round_money(amount, currency):
        raise invalid("/amount", f"{currency} has {minor_digits(currency)} decimals.")
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
        if charge.reverses_id is not None:
            raise Refusal("invalid_transition", "A reversal cannot be reversed: post a new charge.")
        if Charge.objects.filter(reverses=charge).exists():
            raise Refusal("invalid_transition", f"Charge {charge.sequence} is reversed already.")
        reversal = _reversal_of(charge, stay, reason)
        _tell(reversal, actor, "reverse charge", "charge.reversed")
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


def tax_of(amount: Decimal, property_: Property) -> Decimal:
    """The tax in ``amount`` (prices with tax) or on top of it, rounded half up at the line."""
    if property_.tax_included:
        net = amount / (1 + property_.tax_rate)
        return amount - round_money(net, property_.currency)
    return round_money(amount * property_.tax_rate, property_.currency)


def _write(stay: Stay, posting: Posting) -> Charge:
    return Charge.objects.create(
        property=stay.property,
        sequence=_next_number(stay.property),
        type=posting.type,
        stay=stay,
        room=posting.room,
        occurred_at=posting.occurred_at,
        posted_at=now(),
        description=posting.description[:255],
        amount=posting.amount,
        tax=tax_of(posting.amount, stay.property),
        tax_included=stay.property.tax_included,
        late=stay.status == Stay.Status.CHECKED_OUT,
        reason=posting.reason[:255],
        call=posting.call,
        product=posting.product,
        product_code=posting.product.code if posting.product else "",
        quantity=posting.quantity,
    )


def _reversal_of(charge: Charge, stay: Stay, reason: str) -> Charge:
    return Charge.objects.create(
        property=stay.property,
        sequence=_next_number(stay.property),
        type=charge.type,
        stay=stay,
        room=charge.room,
        occurred_at=charge.occurred_at,
        posted_at=now(),
        description=f"Reversed: {charge.description}"[:255],
        amount=-charge.amount,
        tax=-charge.tax,
        tax_included=charge.tax_included,
        late=stay.status == Stay.Status.CHECKED_OUT,
        reason=reason[:255],
        reverses=charge,
        call=charge.call,
        product=charge.product,
        product_code=charge.product_code,
        quantity=-charge.quantity if charge.quantity else None,
    )


def _next_number(property_: Property) -> int:
    """The next posting number. The row stays locked until commit: no gap, no repetition."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [property_.pk])
        (number,) = cursor.fetchone()
    return int(number)


def _tell(charge: Charge, actor: Actor, action: str, event: str) -> None:
    facts: Mapping[str, Any] = charge_facts(charge)
    note(charge.property, actor, action, f"stay:{charge.stay.reference}", after=dict(facts))
    events.record(charge.property.code, event, dict(facts))
