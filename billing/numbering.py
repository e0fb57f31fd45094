"""The numbers of postings, payments and settlements: each row of its own, without a gap."""

from typing import Literal

from django.db.models import F

from billing.models import PostingCounter
from rooms.models import Property


def next_number(
    property_: Property, row: Literal["last", "last_payment", "last_settlement"] = "last"
) -> int:
    """The next number. The counter stays locked until commit: no gap, no repetition."""
    PostingCounter.objects.get_or_create(property=property_)
    PostingCounter.objects.filter(property=property_).update(**{row: F(row) + 1})
    return int(PostingCounter.objects.values_list(row, flat=True).get(property=property_))
