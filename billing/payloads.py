"""Event payloads of charges and payments, with the same keys as in the REST API."""

from decimal import Decimal
from typing import Any

from billing.models import Charge, Payment
from hotelpbx.money import round_money


def money(amount: Decimal, currency: str) -> dict[str, str]:
    """An amount as in REST answers: ``{"amount": "10.50", "currency": "CNY"}``."""
    return {"amount": str(round_money(amount, currency)), "currency": currency}


def charge_payload(charge: Charge) -> dict[str, Any]:
    """The payload of a charge."""
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
        "origin": charge.origin_id,
        "call": charge.call_id,
        "minibar": (
            {"product": charge.product_code, "quantity": charge.quantity}
            if charge.type == Charge.Type.MINIBAR
            else None
        ),
    }


def payment_payload(payment: Payment) -> dict[str, Any]:
    """The payload of a payment."""
    return {
        "id": payment.pk,
        "sequence": payment.sequence,
        "stay": payment.stay.reference,
        "method": payment.method,
        "amount": money(payment.amount, payment.property.currency),
        "reference": payment.reference,
        "received_at": payment.received_at.isoformat(),
        "received_by": payment.received_by,
        "reason": payment.reason,
        "reverses": payment.reverses_id,
    }
