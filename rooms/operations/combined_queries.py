"""Several small questions about a property in one query."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, QuerySet, Subquery, Value

from rooms.models import Property


def combined_values(property_: Property, questions: Mapping[str, Subquery]) -> dict[str, Any]:
    """The answers under the questions' names; each question asks for one value or none."""
    answers: Any = Property.objects.filter(pk=property_.pk).values(**questions).get()
    return dict(answers)


def count_of(rows: QuerySet[Any]) -> Subquery:
    """How many rows there are."""
    whole = rows.order_by().annotate(whole=Value(1)).values("whole")
    return Subquery(whole.annotate(number=Count("pk")).values("number"))
