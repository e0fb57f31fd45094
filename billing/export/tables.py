"""The tables that can be exported: their rows and cells."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from django.db.models import Case, F, OuterRef, QuerySet, Subquery, Sum, When

from billing.analytics.period import Period
from billing.analytics.subject import GROSS
from billing.export.cells import Cell
from billing.models import Call, Charge, MinibarEntry
from hotelpbx.money import round_money
from rooms.models import Property

Rows = QuerySet[Any, tuple[Any, ...]]


@dataclass(frozen=True)
class Table:
    """One kind of export.

    :ivar headings: of the columns, separated by spaces
    :ivar rows: all data, in one query
    :ivar cells: of one row, in the order of the ``headings``
    """

    title: str
    headings: str
    rows: Callable[[Property, Period], Rows]
    cells: Callable[[tuple[Any, ...], Property], Sequence[Cell]]


def _times(instant: datetime, property_: Property) -> tuple[str, str]:
    """Local time in a format for spreadsheets, and UTC, in which no hour occurs twice."""
    local = instant.astimezone(property_.zone)
    return f"{local:%Y-%m-%d %H:%M:%S}", f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _calls(property_: Property, period: Period) -> Rows:
    charged = Charge.objects.filter(call=OuterRef("pk")).order_by().values("call")
    return (
        Call.objects.filter(
            property=property_, started_at__gte=period.since, started_at__lt=period.until
        )
        .order_by("started_at", "pk")
        .values_list(
            "started_at",
            "direction",
            "call_from",
            "call_to",
            "extension",
            "room__number",
            "stay__reference",
            "status",
            "trunk",
            "call_seconds",
            "talk_seconds",
            "billed_seconds",
            "rating",
            "rating_detail",
            "amount",
            Subquery(charged.annotate(charged=Sum(GROSS)).values("charged")),
            "callid",
        )
    )


def _call_cells(row: tuple[Any, ...], property_: Property) -> Sequence[Cell]:
    started, *middle, rating, detail, amount, charged, callid = row
    currency = property_.currency
    return (
        *_times(started, property_),
        *middle,
        rating,
        detail,
        None if rating == Call.Rating.UNRATED else round_money(amount, currency),
        round_money(charged or Decimal(0), currency),
        currency,
        callid,
    )


def _charges(property_: Property, period: Period) -> Rows:
    return (
        Charge.objects.filter(
            property=property_, posted_at__gte=period.since, posted_at__lt=period.until
        )
        .order_by("posted_at", "sequence")
        .values_list(
            "posted_at",
            "occurred_at",
            "sequence",
            "stay__reference",
            "room__number",
            "type",
            "description",
            "product_code",
            "quantity",
            Case(When(tax_included=True, then=F("amount") - F("tax")), default=F("amount")),
            "tax",
            GROSS,
            "late",
            "reverses__sequence",
            "reversed_by__sequence",
            "reason",
            "posted_by_kind",
            "posted_by",
        )
    )


def _charge_cells(row: tuple[Any, ...], property_: Property) -> Sequence[Cell]:
    posted, occurred, *middle, net, tax, gross, late, reverses, reversed_by = row[:15]
    currency = property_.currency
    return (
        *_times(posted, property_),
        _times(occurred, property_)[0],
        *middle,
        round_money(net, currency),
        round_money(tax, currency),
        round_money(gross, currency),
        currency,
        "yes" if late else "no",
        reverses,
        reversed_by,
        *row[15:],
    )


def _entries(property_: Property, period: Period) -> Rows:
    return (
        MinibarEntry.objects.filter(
            property=property_, occurred_at__gte=period.since, occurred_at__lt=period.until
        )
        .order_by("occurred_at", "pk")
        .values_list(
            "occurred_at",
            "room__number",
            "extension",
            "product__code",
            "product__name",
            "quantity",
            "state",
            "charge__stay__reference",
            "charge__sequence",
            Case(
                When(charge__tax_included=True, then=F("charge__amount")),
                default=F("charge__amount") + F("charge__tax"),
            ),
            "charge__reversed_by__sequence",
            "reason",
        )
    )


def _entry_cells(row: tuple[Any, ...], property_: Property) -> Sequence[Cell]:
    occurred, *middle, gross, reversed_by, reason = row
    currency = property_.currency
    return (
        *_times(occurred, property_),
        *middle,
        None if gross is None else round_money(gross, currency),
        currency,
        reversed_by,
        reason,
    )


TABLES: Final = {
    "calls": Table(
        "Calls",
        "started_at started_at_utc direction from to extension room stay status trunk call_seconds "
        "talk_seconds billed_seconds rating destination rated_amount charged currency "
        "callid",
        _calls,
        _call_cells,
    ),
    "charges": Table(
        "Charges",
        "posted_at posted_at_utc occurred_at number stay room type description product quantity "
        "net tax gross currency late reverses reversed_by reason posted_by_kind posted_by",
        _charges,
        _charge_cells,
    ),
    "minibar": Table(
        "Minibar entries",
        "occurred_at occurred_at_utc room extension product name quantity state stay charge gross "
        "currency reversed_by reason",
        _entries,
        _entry_cells,
    ),
}
