"""Calls by the day on which they began, and what was charged for them."""

from typing import Any, Final

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce, TruncDate

from billing.analytics.period import Period
from billing.analytics.subject import GROSS, Column, Figure, Subject, grouped, total_of
from billing.models import Call, Charge
from billing.models.calls import UNANSWERED
from rooms.models import Property

_OUT: Final = Q(direction=Call.Direction.OUTBOUND)
_TALKED: Final = _OUT & Q(talk_seconds__gt=0) & ~UNANSWERED


def _find(property_: Property, period: Period, by: str) -> dict[Any, dict[str, Figure]]:
    """Add up calls and charges separately and merge them by group.

    A charge and its reversal have the time at which the call began.
    """
    began = Call.objects.filter(
        property=property_, started_at__gte=period.since, started_at__lt=period.until
    )
    if by == "destination":
        began = began.filter(_OUT)
    charged = Charge.objects.filter(
        property=property_,
        type=Charge.Type.CALL,
        occurred_at__gte=period.since,
        occurred_at__lt=period.until,
    )
    found = grouped(began, _key(by, period, "started_at", ""), _SUMS)
    money = grouped(
        charged, _key(by, period, "occurred_at", "call__"), {"charged": total_of(GROSS)}
    )
    for key, figures in money.items():
        found.setdefault(key, {}).update(figures)
    return found


def _key(by: str, period: Period, instant: str, call: str) -> Any:
    keys = {
        "day": TruncDate(instant, tzinfo=period.zone),
        "room": F("room__number"),
        "destination": F(f"{call}rating_detail"),
    }
    return keys[by]


_SUMS: Final = {
    "answered": Count("pk", filter=_TALKED),
    "unanswered": Count("pk", filter=_OUT & ~_TALKED),
    "seconds": Coalesce(Sum("talk_seconds", filter=_TALKED), 0),
    "incoming": Count("pk", filter=Q(direction=Call.Direction.INBOUND)),
    "unrated": Count("pk", filter=_OUT & Q(rating=Call.Rating.UNRATED)),
}


def _label(by: str, key: Any) -> str:
    return str(key or {"room": "no room", "destination": "no tariff applied"}.get(by))


SUBJECT: Final = Subject(
    title="Calls",
    advice="Each call on the day on which it began, with what was charged for it, less reversals.",
    columns=(
        Column("answered", "Outgoing", "number", is_bar=True),
        Column("unanswered", "Not answered", "number"),
        Column("seconds", "Talk time", "seconds"),
        Column("incoming", "Incoming", "number", is_bar=True),
        Column("unrated", "Without a price", "number"),
        Column("charged", "Charged"),
    ),
    by={"day": "Day", "room": "Room", "destination": "Destination"},
    find=_find,
    label=_label,
)
