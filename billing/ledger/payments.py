"""Recording payments and refunds. They are not processed here, and never edited."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction

from billing.ledger import credit_limit
from billing.ledger.amounts import check_amount, words
from billing.ledger.balances import balance_of
from billing.ledger.numbering import next_number
from billing.ledger.posting import require_folio
from billing.models import Payment
from billing.payloads import payment_payload
from events import log as events
from hotelpbx.clock import now
from hotelpbx.refusals import FieldFault, Refusal, invalid
from rooms.audit import Actor, note
from rooms.locking import lock_with_room
from rooms.models import Stay


def take(
    stay: Stay,
    amount: Decimal,
    method: str,
    *,
    actor: Actor,
    reference: str = "",
    in_advance: bool = False,
) -> Payment:
    """Record a payment. More than is owed requires ``in_advance``, so nothing is paid twice."""
    check_amount(amount, stay.property.currency)
    _check_method(method)
    with transaction.atomic():
        stay, _ = lock_with_room(stay)
        require_folio(stay)
        if not in_advance:
            _must_owe(stay, amount)
        payment = _write(stay, actor, amount=amount, method=method, reference=reference)
        _record_event(payment, actor, "payment", "payment.created")
        credit_limit.sync_phone_bar(stay)
        return payment


def refund(
    stay: Stay,
    amount: Decimal,
    method: str,
    *,
    actor: Actor,
    reason: str,
    reference: str = "",
) -> Payment:
    """Record a refund of at most the amount overpaid."""
    check_amount(amount, stay.property.currency)
    _check_method(method)
    _check_reason(reason)
    with transaction.atomic():
        stay, _ = lock_with_room(stay)
        require_folio(stay)
        _must_be_overpaid(stay, amount)
        payment = _write(
            stay,
            actor,
            amount=-amount,
            method=method,
            reference=reference,
            reason=reason,
        )
        _record_event(payment, actor, "refund", "payment.created")
        credit_limit.sync_phone_bar(stay)
        return payment


def reverse(payment: Payment, *, actor: Actor, reason: str) -> Payment:
    """Reverse a mistaken payment or refund by its opposite, once only."""
    _check_reason(reason)
    with transaction.atomic():
        stay, _ = lock_with_room(payment.stay)
        if payment.reverses_id is not None:
            raise Refusal(
                "invalid_transition", "A reversal cannot be reversed: record a new payment."
            )
        if Payment.objects.filter(reverses=payment).exists():
            raise Refusal(
                "invalid_transition", f"Payment {payment.sequence} has already been reversed."
            )
        reversal = _write(
            stay,
            actor,
            amount=-payment.amount,
            method=payment.method,
            reference=payment.reference,
            reason=reason,
            reverses=payment,
        )
        _record_event(reversal, actor, "reverse payment", "payment.reversed")
        credit_limit.sync_phone_bar(stay)
        return reversal


def _write(stay: Stay, actor: Actor, **values: Any) -> Payment:
    texts = {"reference": 120, "reason": 255}
    values |= {name: values[name].strip()[:size] for name, size in texts.items() if name in values}
    return Payment.objects.create(
        property=stay.property,
        sequence=next_number(stay.property, "last_payment"),
        stay=stay,
        received_at=now(),
        received_by=actor.name[:150],
        **values,
    )


def _must_owe(stay: Stay, amount: Decimal) -> None:
    owed = balance_of(stay)
    if amount > owed:
        currency = stay.property.currency
        open_ = words(owed, currency) + " is owed" if owed > 0 else "Nothing is owed"
        raise _state(f"{open_}. To take more, mark the payment as paid in advance.")


def _must_be_overpaid(stay: Stay, amount: Decimal) -> None:
    overpaid = -balance_of(stay)
    if amount > overpaid:
        currency = stay.property.currency
        most = f"at most {words(overpaid, currency)}" if overpaid > 0 else "nothing"
        raise _state(f"The guest has overpaid {most}: no more can be refunded.")


def _state(detail: str) -> Refusal:
    return Refusal("invalid_transition", detail, faults=(FieldFault("/amount", detail),))


def _check_method(method: str) -> None:
    if method not in Payment.Method.values:
        raise invalid("/method", f"Choose one of: {', '.join(Payment.Method.values)}.")


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise invalid("/reason", "Give a reason.")


def _record_event(payment: Payment, actor: Actor, action: str, event: str) -> None:
    payload: Mapping[str, Any] = payment_payload(payment)
    note(payment.property, actor, action, f"stay:{payment.stay.reference}", after=dict(payload))
    events.record(payment.property.code, event, dict(payload))
