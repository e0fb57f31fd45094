"""Transferring lines to other folios, whole or split.

A line is never changed: it is reversed on its folio, and its successors, which add up to it
exactly, are posted to the folios that pay. This happens in one transaction, with all the stays
locked in the order of their ids.
"""

from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Q, QuerySet

from billing.ledger import credit_limit, lines
from billing.ledger.amounts import check_amount, divide, words
from billing.ledger.lines import Share
from billing.ledger.posting import require_active, require_folio
from billing.models import Charge
from hotelpbx.refusals import Refusal, invalid
from rooms.audit import Actor
from rooms.locking import lock_with_rooms
from rooms.models import Occupancy, Stay


def transfer_targets(stay: Stay) -> QuerySet[Stay]:
    """The stays that may take over lines of ``stay``: of its group, or sharing a room with it."""
    held = Occupancy.objects.filter(stay=stay)
    together = Q()
    for mine in held:
        sharing = Q() if mine.sharing else Q(occupancies__sharing=True)
        ended = Q(occupancies__until__isnull=True) | Q(occupancies__until__gte=mine.since)
        begun = Q(occupancies__since__lte=mine.until) if mine.until else Q()
        together |= Q(occupancies__room=mine.room_id) & sharing & ended & begun
    found = together or Q(pk__in=())
    if stay.group_id is not None:
        found |= Q(group=stay.group_id)
    has_folio = (Stay.Status.IN_HOUSE, Stay.Status.CHECKED_OUT)
    rows = Stay.objects.filter(found, property=stay.property, status__in=has_folio)
    ids = rows.exclude(pk=stay.pk).values("pk")
    return Stay.objects.filter(pk__in=ids).order_by(F("room__order").asc(nulls_last=True), "pk")


def transfer(
    charges: Sequence[Charge], target: Stay, *, actor: Actor, reason: str = ""
) -> list[Charge]:
    """Transfer whole lines of one stay to the folio of ``target``. Returns the new lines."""
    with transaction.atomic():
        source, locked = _lock(charges, [target])
        made = [
            new
            for charge in charges
            for new in _divide(charge, source, [(locked[target.pk], charge.amount)], actor, reason)
        ]
        _sync_phone_bars(locked)
        return made


def transfer_part(
    charge: Charge, target: Stay, amount: Decimal, *, actor: Actor, reason: str = ""
) -> list[Charge]:
    """Transfer ``amount`` of a line to ``target`` and keep the rest. Returns the new lines."""
    currency = charge.property.currency
    check_amount(amount, currency)
    if amount >= charge.amount:
        most = words(charge.amount, currency)
        raise invalid("/amount", f"The line is {most}: enter less, or transfer the whole line.")
    with transaction.atomic():
        source, locked = _lock([charge], [target])
        amounts = [(source, charge.amount - amount), (locked[target.pk], amount)]
        made = _divide(charge, source, amounts, actor, reason)
        _sync_phone_bars(locked)
        return made


def split_equally(
    charges: Sequence[Charge], targets: Sequence[Stay], *, actor: Actor, reason: str = ""
) -> list[Charge]:
    """Split each line equally between its stay and ``targets``. Returns the new lines."""
    if not targets:
        raise invalid("/targets", "Choose the stays that share the lines.")
    with transaction.atomic():
        source, locked = _lock(charges, targets)
        payers = [source, *(locked[pk] for pk in sorted({stay.pk for stay in targets}))]
        weights = [Decimal(1)] * len(payers)
        made = []
        for charge in charges:
            parts = divide(charge.amount, weights, source.property.currency)
            made += _divide(charge, source, list(zip(payers, parts, strict=True)), actor, reason)
        _sync_phone_bars(locked)
        return made


def _lock(charges: Sequence[Charge], targets: Sequence[Stay]) -> tuple[Stay, dict[int, Stay]]:
    """Lock all stays; returns the source, and all of them by id. Refuses impossible targets."""
    if not charges:
        raise invalid("/charges", "Choose at least one line.")
    if len({charge.stay_id for charge in charges}) > 1:
        raise invalid("/charges", "Choose lines of one folio.")
    locked, _ = lock_with_rooms([charges[0].stay, *targets])
    source = locked[charges[0].stay_id]
    allowed = {stay.pk for stay in transfer_targets(source)}
    for target in targets:
        require_folio(locked[target.pk])
        if target.pk not in allowed:
            raise Refusal(
                "invalid_transition",
                f"Stay {target.reference} neither shared a room with {source.reference} "
                "nor belongs to its group.",
            )
    return source, locked


def _sync_phone_bars(locked: dict[int, Stay]) -> None:
    """Bar or release the phones: the balances have changed."""
    for stay in locked.values():
        credit_limit.sync_phone_bar(stay)


def _divide(
    charge: Charge,
    source: Stay,
    amounts: Sequence[tuple[Stay, Decimal]],
    actor: Actor,
    reason: str,
) -> list[Charge]:
    require_active(charge)
    if len(amounts) > 1 and any(amount <= 0 for _, amount in amounts):
        raise Refusal("invalid_transition", f"Charge {charge.sequence} is too small to be split.")
    payers = ", ".join(stay.reference for stay, _ in amounts)
    reversal = lines.write_reversal(
        charge, source, f"To {payers}: {charge.description}", reason, actor
    )
    lines.record_event(reversal, actor, "transfer charge", "charge.reversed")
    made = []
    for share in _shares(charge, amounts):
        described = _words(charge, share)
        line = lines.write_share(charge, share, described, reason, actor)
        lines.record_event(line, actor, "take charge over", "charge.created")
        made.append(line)
    return made


def _shares(charge: Charge, amounts: Sequence[tuple[Stay, Decimal]]) -> list[Share]:
    """Shares with the tax in proportion; the quantity goes to the first share alone."""
    weights = [amount for _, amount in amounts]
    currency = charge.property.currency
    taxes = divide(charge.tax, weights, currency) if charge.amount else [charge.tax]
    return [
        Share(stay, amount, tax, charge.quantity if place == 0 else None)
        for place, ((stay, amount), tax) in enumerate(zip(amounts, taxes, strict=True))
    ]


def _words(charge: Charge, share: Share) -> str:
    if share.amount == charge.amount:
        return charge.description
    whole = words(charge.amount, charge.property.currency)
    return f"{charge.description} (share of {whole})"
