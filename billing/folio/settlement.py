"""Settling folios: early, at check-out, and after it (docs/folio.md)."""

from decimal import Decimal

from django.db import transaction

from billing.folio.parts import LATE, open_title
from billing.folio.statement import Folio, folio_of
from billing.ledger.amounts import words
from billing.ledger.numbering import next_number
from billing.ledger.posting import require_folio
from billing.models import Settlement
from hotelpbx.clock import now
from hotelpbx.refusals import Refusal, invalid
from rooms.audit import Actor, note
from rooms.locking import lock_stay, lock_with_room
from rooms.models import Stay
from rooms.stays import lifecycle


def settle(stay: Stay, *, actor: Actor, reason: str = "") -> Settlement:
    """Settle the open lines under the next number. An open balance needs a ``reason``.

    Phone, wake-up calls and room are not changed: the guest may leave in the morning.
    """
    with transaction.atomic():
        stay = lock_stay(stay)
        require_folio(stay)
        folio = folio_of(stay)
        if not folio.open_lines:
            raise Refusal("invalid_transition", "There are no lines since the last settlement.")
        require_paid(folio, reason)
        return _create_settlement(folio, actor, reason)


def check_out(stay: Stay, *, actor: Actor, reason: str = "") -> Stay:
    """Settle and check out at the desk. An open balance needs a ``reason``, such as who pays.

    A PMS is never asked: it checks out with :func:`rooms.stays.lifecycle.check_out`.
    """
    with transaction.atomic():
        stay, _ = lock_with_room(stay)
        if stay.status == Stay.Status.IN_HOUSE:
            folio = folio_of(stay)
            require_paid(folio, reason)
            if folio.balance and reason.strip():
                _note_open(folio, actor, reason)
            if folio.open_lines:
                _create_settlement(folio, actor, reason)
        return lifecycle.check_out(stay, actor=actor)


def settle_remaining(stay: Stay, actor: Actor) -> None:
    """Settle all open lines at check-out, paid or not. ``stay`` must be locked."""
    folio = folio_of(stay)
    if folio.open_lines:
        _create_settlement(folio, actor, "", departing=True)


def accepted_balance_reason(folio: Folio) -> str:
    """The reason for which the last settlement accepted the present balance; empty if none."""
    last = folio.stay.settlements.order_by("number").last()
    return last.reason if last and last.balance == folio.balance else ""


def require_paid(folio: Folio, reason: str) -> None:
    """Refuse an open balance without a reason."""
    if not folio.balance or reason.strip() or accepted_balance_reason(folio):
        return
    if folio.balance > 0:
        open_ = words(folio.balance, folio.currency)
        raise invalid("/reason", f"{open_} is still owed: take a payment, or say who pays.")
    over = words(folio.overpaid, folio.currency)
    raise invalid("/reason", f"{over} was overpaid: refund it, or give a reason.")


def _create_settlement(
    folio: Folio, actor: Actor, reason: str, *, departing: bool = False
) -> Settlement:
    stay = folio.stay
    has_left = stay.status == Stay.Status.CHECKED_OUT and not departing
    settlement = Settlement.objects.create(
        property=stay.property,
        number=next_number(stay.property, "last_settlement"),
        stay=stay,
        title=LATE if has_left else open_title(list(stay.settlements.all())),
        through=folio.open_lines[-1].sequence,
        settled_at=now(),
        settled_by=actor.name[:150],
        balance=folio.balance,
        reason=reason.strip()[:255] if folio.balance else "",
    )
    note(
        stay.property,
        actor,
        "settle folio",
        f"stay:{stay.reference}",
        after={"number": settlement.number, "part": settlement.title, **_open(folio, reason)},
    )
    return settlement


def _note_open(folio: Folio, actor: Actor, reason: str) -> None:
    subject = f"stay:{folio.stay.reference}"
    note(folio.stay.property, actor, "leave unpaid", subject, after=_open(folio, reason))


def _open(folio: Folio, reason: str) -> dict[str, str]:
    if folio.balance == Decimal(0):
        return {}
    return {"balance": words(folio.balance, folio.currency), "reason": reason.strip()[:255]}
