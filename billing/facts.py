"""What events say about charges: the same words as the REST API."""

from decimal import Decimal
from typing import Any

from billing.models import Charge
from hotelpbx.money import round_money


def money(amount: Decimal, currency: str) -> dict[str, str]:
    """An amount as the contract writes it: ``{"amount": "10.50", "currency": "CNY"}``."""
    return {"amount": str(round_money(amount, currency)), "currency": currency}


def charge_facts(charge: Charge) -> dict[str, Any]:
    """A charge, as events carry it."""
    currency = charge.property.currency
    return {
        "id": charge.pk,
        "sequence": charge.sequence,
        "type": charge.type,
        "stay": charge.stay.reference,
        "room": charge.room.number if charge.room else None,
        "occurred_at": charge.occurred_at.isoformat(),
        "posted_at": charge.posted_at.isoformat(),
        "description": charge.description,
        "amount": money(charge.amount, currency),
        "tax": money(charge.tax, currency),
        "late": charge.late,
        "reverses": charge.reverses_id,
        "call": charge.call_id,
        "minibar": (
            {"product": charge.product_code, "quantity": charge.quantity}
            if charge.type == Charge.Type.MINIBAR
            else None
        ),
    }
