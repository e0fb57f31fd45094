"""How much a guest may owe: his phone is barred when he owes it, and free when he has paid."""

from decimal import Decimal
from typing import Final

from django.db import transaction
from django.db.models import Q

from billing.ledger.balances import balances
from billing.payloads import money
from rooms.audit import Actor
from rooms.locking import lock_with_room
from rooms.models import ClassOfService, Property, Stay
from rooms.phones.barring import set_phone_bar

HOUSE: Final = Actor.system("credit limit")


def sync_phone_bar(stay: Stay) -> None:
    """Bar the phone, or lift that, as the balance demands.

    Called in every transaction that changes a balance or a limit, with the stay and its room
    locked: whoever comes second sees what the first has written.
    """
    limit = credit_limit_of(stay)
    in_house = stay.status == Stay.Status.IN_HOUSE
    owed = balances([stay])[stay.pk] if in_house and limit is not None else Decimal(0)
    barred = in_house and limit is not None and owed >= limit
    if barred != stay.phone_barred:
        currency = stay.property.currency
        why = {"balance": money(owed, currency)}
        if limit is not None:
            why["credit_limit"] = money(limit, currency)
        set_phone_bar(stay, barred, actor=HOUSE, why=why)


def over_limit_reason(stay: Stay, gross: Decimal) -> str:
    """Why a charge of ``gross`` is more than the guest may owe, with what to do; empty: it is not.

    The stay is locked. Who has left has no limit any more.
    """
    limit = credit_limit_of(stay)
    if limit is None or gross <= 0 or stay.status != Stay.Status.IN_HOUSE:
        return ""
    owed = balances([stay])[stay.pk]
    if owed + gross <= limit:
        return ""
    currency = stay.property.currency
    owes, most, more = (money(each, currency)["amount"] for each in (owed, limit, gross))
    return (
        f"Stay {stay.reference} owes {owes} of at most {most} {currency}: {more} more is too "
        "much. Take a payment, raise the limit, or charge it all the same."
    )


def credit_limit_of(stay: Stay) -> Decimal | None:
    """What the stay may owe now. Its class is read anew: it may have changed while we waited."""
    if stay.own_credit_limit is not None or stay.class_of_service_id is None:
        return stay.own_credit_limit
    rows = ClassOfService.objects.filter(pk=stay.class_of_service_id)
    return rows.values_list("credit_limit", flat=True).get()


def lock_and_sync_phone_bar(stay: Stay) -> None:
    """:func:`sync_phone_bar` for a stay that is not locked yet."""
    with transaction.atomic():
        locked, _ = lock_with_room(stay)
        sync_phone_bar(locked)


def sync_all_phone_bars(property_: Property) -> None:
    """After limits of classes have changed: every guest in house, room by room."""
    limited = (
        Q(own_credit_limit__isnull=False)
        | Q(class_of_service__credit_limit__isnull=False)
        | Q(phone_barred=True)
    )
    in_house = property_.stays.filter(limited, status=Stay.Status.IN_HOUSE)
    for stay in in_house.order_by("room_id", "pk"):
        lock_and_sync_phone_bar(stay)
