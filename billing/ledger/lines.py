"""Writing lines of folios. No other module creates charges, and none changes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from billing.ledger.numbering import next_number
from billing.models import Call, Charge, MinibarProduct
from billing.payloads import charge_payload
from events import log as events
from hotelpbx.clock import now
from hotelpbx.money import round_money
from rooms.audit import Actor, note
from rooms.models import Property, Room, Stay


@dataclass(frozen=True)
class Posting:
    """A charge to be posted. ``amount``: gross if the property's prices include tax.

    ``accept_over_limit``: post it even above the credit limit, as for what has already been
    consumed; otherwise a charge above the limit is refused.
    """

    type: Charge.Type
    amount: Decimal
    description: str
    occurred_at: datetime
    room: Room | None = None
    call: Call | None = None
    product: MinibarProduct | None = None
    quantity: int | None = None
    reason: str = ""
    accept_over_limit: bool = True


@dataclass(frozen=True)
class Share:
    """The share of a line that goes to a stay; ``quantity`` is None if another share has it."""

    stay: Stay
    amount: Decimal
    tax: Decimal
    quantity: int | None


def write(stay: Stay, posting: Posting, actor: Actor) -> Charge:
    """Write a new line. ``stay`` must be locked."""
    return _create(
        stay,
        actor,
        type=posting.type,
        room=posting.room,
        occurred_at=posting.occurred_at,
        description=posting.description,
        amount=posting.amount,
        tax=tax_of(posting.amount, stay.property),
        tax_included=stay.property.tax_included,
        reason=posting.reason,
        call=posting.call,
        product=posting.product,
        product_code=posting.product.code if posting.product else "",
        quantity=posting.quantity,
    )


def write_reversal(
    charge: Charge, stay: Stay, description: str, reason: str, actor: Actor
) -> Charge:
    """Write the line that reverses ``charge``. ``stay``, its own, must be locked."""
    return _create(
        stay,
        actor,
        **_like(charge),
        description=description,
        amount=-charge.amount,
        tax=-charge.tax,
        quantity=-charge.quantity if charge.quantity else None,
        reason=reason,
        reverses=charge,
    )


def write_share(
    charge: Charge, share: Share, description: str, reason: str, actor: Actor
) -> Charge:
    """Write the successor of ``charge``: all or a share of it. ``share.stay`` must be locked."""
    return _create(
        share.stay,
        actor,
        **_like(charge),
        refilled_at=charge.refilled_at,
        description=description,
        amount=share.amount,
        tax=share.tax,
        quantity=share.quantity,
        reason=reason,
        origin=charge,
    )


def record_event(
    charge: Charge, actor: Actor, action: str, event: str, *, above_limit: bool = False
) -> None:
    """Record the event and the audit entry of a line."""
    payload: Mapping[str, Any] = charge_payload(charge)
    after = {**payload, "above_credit_limit": True} if above_limit else dict(payload)
    note(charge.property, actor, action, f"stay:{charge.stay.reference}", after=after)
    events.record(charge.property.code, event, dict(payload))


def tax_of(amount: Decimal, property_: Property) -> Decimal:
    """The tax included in or added to ``amount``, rounded half up at the line."""
    if property_.tax_included:
        net = amount / (1 + property_.tax_rate)
        return amount - round_money(net, property_.currency)
    return round_money(amount * property_.tax_rate, property_.currency)


def _like(charge: Charge) -> dict[str, Any]:
    return {
        "type": charge.type,
        "room": charge.room,
        "occurred_at": charge.occurred_at,
        "tax_included": charge.tax_included,
        "call": charge.call,
        "product": charge.product,
        "product_code": charge.product_code,
    }


def _create(stay: Stay, actor: Actor, *, description: str, reason: str, **values: Any) -> Charge:
    return Charge.objects.create(
        property=stay.property,
        sequence=next_number(stay.property),
        stay=stay,
        posted_at=now(),
        late=stay.status == Stay.Status.CHECKED_OUT,
        description=description[:255],
        reason=reason[:255],
        posted_by_kind=actor.kind,
        posted_by=actor.name[:150],
        **values,
    )
