"""Free minutes or a free amount of calls, by class of service and stay.

What a call was spared stands on the call; what is used is their sum. Two calls rated at once wait
for each other at the stay's lock, so none uses what the other has taken.
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
    """What an allowance takes off one call, or has taken off several."""

    seconds: int = 0
    amount: Decimal = Decimal(0)
    calls: int = 0


@dataclass(frozen=True)
class AllowanceBalance:
    """How a stay stands with its allowance. One of ``minutes`` and ``amount`` is given."""

    minutes: int | None
    amount: Decimal | None
    used: AllowanceUse

    @property
    def used_clock(self) -> str:
        """The used minutes as ``12:30``."""
        return f"{self.used.seconds // 60}:{self.used.seconds % 60:02}"

    @property
    def left(self) -> AllowanceUse:
        """What is still free; never negative, also after a change of class."""
        return AllowanceUse(
            seconds=max((self.minutes or 0) * 60 - self.used.seconds, 0),
            amount=max((self.amount or Decimal(0)) - self.used.amount, Decimal(0)),
        )


NOTHING: Final = AllowanceUse()


def has_allowance(stay: Stay) -> bool:
    """Whether the class of ``stay`` has an allowance at all."""
    return stay.class_of_service is not None and stay.class_of_service.has_allowance


def deduct(stay: Stay, rating: Rating) -> AllowanceUse:
    """What the allowance of ``stay``, which is locked, takes off a rated call.

    Minutes are those billed, the first of the call; the fee falls away with the last of them.
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
    """The allowance of a stay and what is used of it; None: its class has none."""
    service = stay.class_of_service
    if service is None or not service.has_allowance:
        return None
    return AllowanceBalance(service.allowance_minutes, service.allowance_amount, _used(stay))


def _used(stay: Stay) -> AllowanceUse:
    """What the calls of ``stay`` were spared; a call whose charge was reversed gives it back."""
    found = (
        Call.objects.filter(Q(allowance_seconds__gt=0) | Q(allowance_amount__gt=0), stay=stay)
        .exclude(charges__reverses__isnull=False)
        .aggregate(
            seconds=Sum("allowance_seconds"), amount=Sum("allowance_amount"), calls=Count("pk")
        )
    )
    return AllowanceUse(found["seconds"] or 0, found["amount"] or Decimal(0), found["calls"])
