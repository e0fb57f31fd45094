"""Minibar sales by the day of consumption, less reversals."""

from typing import Any, Final

from django.db.models import F, Sum
from django.db.models.functions import Coalesce, TruncDate

from billing.analytics.period import Period
from billing.analytics.subject import (
    GROSS,
    Column,
    Figure,
    Subject,
    grouped,
    staff_label,
    total_of,
)
from billing.models import Charge
from rooms.models import Property


def _find(property_: Property, period: Period, by: str) -> dict[Any, dict[str, Figure]]:
    sold = Charge.objects.filter(
        property=property_,
        type=Charge.Type.MINIBAR,
        occurred_at__gte=period.since,
        occurred_at__lt=period.until,
    )
    keys: dict[str, Any] = {
        "day": TruncDate("occurred_at", tzinfo=period.zone),
        "room": F("room__number"),
        "product": ("product_code", "product__name"),
        "staff": ("posted_by_kind", "posted_by"),
    }
    sums = {"items": Coalesce(Sum("quantity"), 0), "amount": total_of(GROSS)}
    return grouped(sold, keys[by], sums)


def _label(by: str, key: Any) -> str:
    if by == "staff":
        return staff_label(key)
    if by == "product":
        code, name = key
        return f"{name or 'no longer there'} ({code})"
    return str(key or "no room")


SUBJECT: Final = Subject(
    title="Minibar",
    advice="What was taken on these days, less reversals, whoever posted it; tax included.",
    columns=(Column("items", "Pieces", "number"), Column("amount", "Amount", is_bar=True)),
    by={"day": "Day", "room": "Room", "product": "Product", "staff": "Staff"},
    find=_find,
    label=_label,
)
