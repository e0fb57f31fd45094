"""The subjects of analytics: their columns, and how their figures are grouped into lines."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal

from django.db.models import Case, F, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce

from billing.analytics.period import Period
from rooms.models import Property
from rooms.natural_order import natural_key

Figure = int | Decimal
Kind = Literal["number", "money", "seconds"]

# The gross amount of a charge, whether its price includes tax or not.
GROSS: Final = Case(When(tax_included=True, then=F("amount")), default=F("amount") + F("tax"))


@dataclass(frozen=True)
class Column:
    """One figure of each line. ``is_bar``: shown as a bar in the chart by day."""

    name: str
    heading: str
    kind: Kind = "money"
    is_bar: bool = False


@dataclass(frozen=True)
class Line:
    """The figures of one day, room, destination, product or staff member.

    :ivar key: of the group; a ``date`` for a day
    """

    key: Any
    label: str
    figures: Mapping[str, Figure]


@dataclass(frozen=True)
class AnalyticsReport:
    """``total``: the sums of the lines."""

    columns: Sequence[Column]
    lines: Sequence[Line]
    total: Mapping[str, Figure]


@dataclass(frozen=True)
class Subject:
    """A subject of analytics: calls, minibar or revenue.

    :ivar by: the possible groupings, with the heading of the first column
    :ivar find: the figures of each group with data, by the group's key
    :ivar label: the label of a key in a grouping
    """

    title: str
    advice: str
    columns: Sequence[Column]
    by: Mapping[str, str]
    find: Callable[[Property, Period, str], dict[Any, dict[str, Figure]]]
    label: Callable[[str, Any], str]

    def report(self, property_: Property, period: Period, by: str) -> AnalyticsReport:
        """The report of ``period`` grouped ``by`` one of :attr:`by`; every day has a line."""
        found = self.find(property_, period, by)
        keys = period.days if by == "day" else sorted(found, key=lambda key: self._rank(by, key))
        empty = {column.name: _zero(column) for column in self.columns}
        lines = [Line(key, self.label(by, key), {**empty, **found.get(key, {})}) for key in keys]
        total = {
            name: sum((line.figures[name] for line in lines), start=nothing)
            for name, nothing in empty.items()
        }
        return AnalyticsReport(self.columns, lines, total)

    def _rank(self, by: str, key: Any) -> tuple[bool, str]:
        """In natural order of the labels; groups without a key come last."""
        return (not key, natural_key(self.label(by, key).casefold()))


def _zero(column: Column) -> Figure:
    return Decimal(0) if column.kind == "money" else 0


def grouped(
    rows: QuerySet[Any, Any], key: Any, sums: Mapping[str, Any]
) -> dict[Any, dict[str, Figure]]:
    """The figures of each group in one query; ``key`` is an expression or a tuple of fields."""
    fields = key if isinstance(key, tuple) else ("key",)
    if not isinstance(key, tuple):
        rows = rows.annotate(key=key)
    found = rows.order_by().values(*fields).annotate(**sums)
    return {
        tuple(row[field] for field in fields) if isinstance(key, tuple) else row["key"]: {
            name: row[name] for name in sums
        }
        for row in found
    }


def total_of(expression: Any, **only: Any) -> Coalesce:
    """A sum of money; 0 without rows."""
    return Coalesce(Sum(expression, filter=Q(**only) if only else None), Decimal(0))


def staff_label(key: Any) -> str:
    """The label of who posted a charge: a user, a phone, or an API key."""
    kind, name = key
    prefixes = {"phone": "Phone ", "key": "Key "}
    return f"{prefixes.get(kind, '')}{name}" if name else "not known"
