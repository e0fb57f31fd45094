"""The credit limit: a phone is barred when its guest owes that much, and released on payment."""

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
    """Bar the phone of ``stay`` or lift the bar, according to its balance.

    Called in every transaction that changes a balance or a limit. The stay and its room must be
    locked, so that of two concurrent transactions the second sees what the first has written.
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
    """Why a charge of ``gross`` exceeds the credit limit, and what to do; empty if it does not.

    The stay must be locked. A stay that has checked out has no limit.
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
        f"Stay {stay.reference} owes {owes} of at most {most} {currency}: another {more} exceeds "
        "the credit limit. Take a payment, raise the limit, or charge it anyway."
    )


def credit_limit_of(stay: Stay) -> Decimal | None:
    """The present limit of ``stay``; None: no limit.

    The class of service is read again: it may have changed while we waited for the lock.
    """
    if stay.own_credit_limit is not None or stay.class_of_service_id is None:
        return stay.own_credit_limit
    rows = ClassOfService.objects.filter(pk=stay.class_of_service_id)
    return rows.values_list("credit_limit", flat=True).get()


def lock_and_sync_phone_bar(stay: Stay) -> None:
    """Lock ``stay`` and its room, then :func:`sync_phone_bar`."""
    with transaction.atomic():
        locked, _ = lock_with_room(stay)
        sync_phone_bar(locked)


def sync_all_phone_bars(property_: Property) -> None:
    """Sync the phones of all guests in house, room by room, after limits of classes changed."""
    limited = (
        Q(own_credit_limit__isnull=False)
        | Q(class_of_service__credit_limit__isnull=False)
        | Q(phone_barred=True)
    )
    in_house = property_.stays.filter(limited, status=Stay.Status.IN_HOUSE)
    for stay in in_house.order_by("room_id", "pk"):
        lock_and_sync_phone_bar(stay)
