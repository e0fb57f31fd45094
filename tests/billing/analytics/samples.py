"""Sample rows for analytics and exports, written directly to the database."""

from datetime import datetime
from decimal import Decimal
from itertools import count
from typing import Any

from billing.ledger.lines import tax_of
from billing.models import Call, Charge, MinibarProduct
from rooms.models import Room, Stay

_numbers = count(1)


def call(stay: Stay, started: datetime, **fields: Any) -> Call:
    """An outside call of two minutes to a national number."""
    number = next(_numbers)
    values = {
        "leg": f"leg{number}",
        "callid": f"{int(started.timestamp())}.{number}",
        "stay": stay,
        "room": stay.room,
        "extension": "2201",
        "call_from": "2201",
        "call_to": "9010123456",
        "direction": Call.Direction.OUTBOUND,
        "talk_seconds": 120,
        "call_seconds": 130,
        "billed_seconds": 120,
        "status": "ANSWERED",
        "rating": Call.Rating.RATED,
        "rating_detail": "National",
        "amount": Decimal("1.70"),
    }
    return Call.objects.create(property=stay.property, started_at=started, **{**values, **fields})


def charge(
    stay: Stay, amount: str, posted: datetime, type_: str = "other", **fields: Any
) -> Charge:
    """A charge posted at that instant for what happened then."""
    values = {
        "room": stay.room,
        "occurred_at": posted,
        "description": "Laundry",
        "tax": tax_of(Decimal(amount), stay.property),
        "tax_included": stay.property.tax_included,
        "posted_by_kind": "user",
        "posted_by": "clara",
    }
    return Charge.objects.create(
        property=stay.property,
        sequence=next(_numbers),
        type=type_,
        stay=stay,
        posted_at=posted,
        amount=Decimal(amount),
        **{**values, **fields},
    )


def minibar(
    stay: Stay, code: str, quantity: int, at: datetime, room: Room | None = None, **fields: Any
) -> Charge:
    """Something out of the minibar, keyed in at the room's phone."""
    product = MinibarProduct.objects.get(property=stay.property, code=code)
    values = {
        "product": product,
        "product_code": code,
        "quantity": quantity,
        "room": room or stay.room,
        "description": product.name,
        "posted_by_kind": "phone",
        "posted_by": "2201",
    }
    amount = str(product.price * quantity)
    return charge(stay, amount, at, "minibar", **{**values, **fields})


def reversal(of: Charge, posted: datetime) -> Charge:
    """Takes a charge back, later."""
    return charge(
        of.stay,
        str(-of.amount),
        posted,
        of.type,
        tax=-of.tax,
        reverses=of,
        occurred_at=of.occurred_at,
        room=of.room,
        call=of.call,
        product=of.product,
        product_code=of.product_code,
        quantity=-of.quantity if of.quantity else None,
    )
