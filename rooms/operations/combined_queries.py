"""Several scalar subqueries about a property in one database query."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, QuerySet, Subquery, Value

from rooms.models import Property


def combined_values(property_: Property, queries: Mapping[str, Subquery]) -> dict[str, Any]:
    """The values of the subqueries by name; each subquery returns at most one."""
    values: Any = Property.objects.filter(pk=property_.pk).values(**queries).get()
    return dict(values)


def count_of(rows: QuerySet[Any]) -> Subquery:
    """A subquery that counts ``rows``; None instead of 0."""
    whole = rows.order_by().annotate(whole=Value(1)).values("whole")
    return Subquery(whole.annotate(number=Count("pk")).values("number"))
