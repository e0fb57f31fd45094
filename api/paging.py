"""Cursor pagination: ``{"results": […], "next": URL or null}``.

The cursor is the last row's own key, so rows that come or go meanwhile shift nothing.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from django.db.models import Model, QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from hotelpbx.refusals import Refusal, invalid

M = TypeVar("M", bound=Model)

DEFAULT: Final = 50
MOST: Final = 200
_LARGEST: Final = 2**63 - 1

LIMIT: Final = OpenApiParameter(
    "limit", OpenApiTypes.INT, description=f"1 to {MOST}, {DEFAULT} if left out"
)
CURSOR: Final = OpenApiParameter("cursor", OpenApiTypes.INT64, description="as in `next`")


def page(
    request: Request,
    rows: QuerySet[M],
    render: Callable[[Sequence[M]], list[Any]],
    *,
    key: str = "pk",
    cursor: str = "cursor",
    newest_first: bool = False,
) -> Response:
    """One page of ``rows`` in the order of ``key``."""
    limit = number(request, "limit", DEFAULT, least=1, most=MOST)
    after = number(request, cursor, None)
    order = f"-{key}" if newest_first else key
    if after is not None:
        rows = rows.filter(**{f"{key}__{'lt' if newest_first else 'gt'}": after})
    found = list(rows.order_by(order)[: limit + 1])
    shown, more = found[:limit], len(found) > limit
    following = None
    if more:
        query = request.query_params.copy()
        query[cursor] = str(getattr(shown[-1], key))
        following = f"{request.build_absolute_uri(request.path)}?{query.urlencode()}"
    return Response({"results": render(shown), "next": following})


def number(
    request: Request, name: str, default: Any, *, least: int = 0, most: int = _LARGEST
) -> Any:
    """A whole number of the query."""
    text = request.query_params.get(name)
    if text is None or text == "":
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 19 or not least <= int(text) <= most:
        raise bad_query(name, f"{name} must be a whole number from {least} to {most}.")
    return int(text)


def choice(request: Request, name: str, choices: Sequence[str]) -> str | None:
    """One of ``choices``, or None."""
    value = request.query_params.get(name)
    if value and value not in choices:
        raise bad_query(name, f"{name} must be one of: {', '.join(choices)}.")
    return value or None


def text(request: Request, name: str) -> str | None:
    """A word of the query, or None."""
    value = request.query_params.get(name)
    if value and "\x00" in value:
        raise bad_query(name, f"{name} holds a character that cannot be.")
    return value or None


def bad_query(name: str, detail: str) -> Refusal:
    """A refusal for a bad parameter of the query."""
    return invalid(f"?{name}", detail)
