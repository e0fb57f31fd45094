"""Allowances: free minutes or a free amount for the calls of a stay, by its class of service.

The part covered by the allowance is stored on each call; the used allowance is the sum. Two calls
rated concurrently wait for each other at the stay's lock, so none uses the same minutes twice.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.db.models import Count, Q, Sum

from billing.models import Call
from billing.rating import Rating
from rooms.models import Stay


@dataclass(frozen=True)
class AllowanceUse:
    """The part of one call, or of several, that an allowance covers."""

    seconds: int = 0
    amount: Decimal = Decimal(0)
    calls: int = 0


@dataclass(frozen=True)
class AllowanceBalance:
    """The allowance of a stay and its use. Exactly one of ``minutes`` and ``amount`` is set."""

    minutes: int | None
    amount: Decimal | None
    used: AllowanceUse

    @property
    def used_clock(self) -> str:
        """The used minutes as ``12:30``."""
        return f"{self.used.seconds // 60}:{self.used.seconds % 60:02}"

    @property
    def left(self) -> AllowanceUse:
        """The remaining allowance; never negative, even after a change of class."""
        return AllowanceUse(
            seconds=max((self.minutes or 0) * 60 - self.used.seconds, 0),
            amount=max((self.amount or Decimal(0)) - self.used.amount, Decimal(0)),
        )


NOTHING: Final = AllowanceUse()


def has_allowance(stay: Stay) -> bool:
    """Whether the class of service of ``stay`` has an allowance."""
    return stay.class_of_service is not None and stay.class_of_service.has_allowance


def deduct(stay: Stay, rating: Rating) -> AllowanceUse:
    """The part of a rated call that the allowance covers. ``stay`` must be locked.

    Billed minutes are covered from the beginning of the call; the connection fee is waived only
    if all of them are covered.
    """
    account = allowance_of(stay)
    if account is None or not rating.amount or rating.rate is None or rating.tariff is None:
        return NOTHING
    if account.minutes is None:
        return AllowanceUse(amount=min(rating.amount, account.left.amount))
    free = min(rating.billed_seconds, account.left.seconds)
    paid = rating.billed_seconds - free
    if not free:
        return NOTHING
    currency = stay.property.currency
    rest = rating.tariff.amount(rating.rate, paid, currency) if paid else Decimal(0)
    return AllowanceUse(free, rating.amount - rest)


def allowance_of(stay: Stay) -> AllowanceBalance | None:
    """The allowance of a stay and its use; None if its class of service has none."""
    service = stay.class_of_service
    if service is None or not service.has_allowance:
        return None
    return AllowanceBalance(service.allowance_minutes, service.allowance_amount, _used(stay))


def _used(stay: Stay) -> AllowanceUse:
    """The allowance used by the calls of ``stay``, except those whose charge was reversed."""
    found = (
        Call.objects.filter(Q(allowance_seconds__gt=0) | Q(allowance_amount__gt=0), stay=stay)
        .exclude(charges__reverses__isnull=False)
        .aggregate(
            seconds=Sum("allowance_seconds"), amount=Sum("allowance_amount"), calls=Count("pk")
        )
    )
    return AllowanceUse(found["seconds"] or 0, found["amount"] or Decimal(0), found["calls"])
