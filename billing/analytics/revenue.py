"""Revenue: what was posted to folios, less reversals, by the day of posting.

The figures of a past day never change: a reversal counts on the day on which it is made.
"""

from typing import Any, Final

from django.db.models import F
from django.db.models.functions import TruncDate

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

_STAFF: Final = ("posted_by_kind", "posted_by")


def _find(property_: Property, period: Period, by: str) -> dict[Any, dict[str, Figure]]:
    posted = Charge.objects.filter(
        property=property_, posted_at__gte=period.since, posted_at__lt=period.until
    )
    keys: dict[str, Any] = {
        "day": TruncDate("posted_at", tzinfo=period.zone),
        "room": F("room__number"),
        "staff": _STAFF,
    }
    sums = {
        "calls": total_of(GROSS, type=Charge.Type.CALL),
        "minibar": total_of(GROSS, type=Charge.Type.MINIBAR),
        "other": total_of(GROSS, type=Charge.Type.OTHER),
        "total": total_of(GROSS),
        "contained": total_of("tax"),
    }
    return grouped(posted, keys[by], sums)


def _label(by: str, key: Any) -> str:
    if by == "staff":
        return staff_label(key)
    return str(key or "no room")


SUBJECT: Final = Subject(
    title="Revenue",
    advice="What was posted on folios, less reversals, on the day of the posting; tax included.",
    columns=(
        Column("calls", "Calls", is_bar=True),
        Column("minibar", "Minibar", is_bar=True),
        Column("other", "Other", is_bar=True),
        Column("total", "Total"),
        Column("contained", "Tax in it"),
    ),
    by={"day": "Day", "room": "Room", "staff": "Staff"},
    find=_find,
    label=_label,
)
