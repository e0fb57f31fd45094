"""Cursor pagination: ``{"results": […], "next": URL or null}``.

The cursor is the key of the last row, so rows added or removed in between shift nothing.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.dateparse import parse_datetime
from rest_framework.request import Request
from rest_framework.response import Response

from api.requests.fields import is_storable
from api.requests.queries import Query
from hotelpbx.refusals import Refusal, invalid
from rooms.models import Room
from rooms.natural_order import natural_key

M = TypeVar("M", bound=Model)

DEFAULT: Final = 50
MOST: Final = 200
_LARGEST: Final = 2**63 - 1
# Some clients add it to every URL; there is only one format.
_WITHOUT_EFFECT: Final = {"format"}


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
    limit = number(request, "limit", least=1, most=MOST) or DEFAULT
    after = number(request, cursor)
    if after is not None:
        rows = rows.filter(**{f"{key}__{'lt' if newest_first else 'gt'}": after})
    found = list(rows.order_by(f"-{key}" if newest_first else key)[: limit + 1])
    shown, more = found[:limit], len(found) > limit
    following = _next(request, cursor, str(getattr(shown[-1], key))) if more else None
    return Response({"results": render(shown), "next": following})


def page_of_rooms(
    request: Request, rooms: QuerySet[Room], render: Callable[[Sequence[Room]], list[Any]]
) -> Response:
    """One page of rooms in natural order. The cursor is the number of the last room."""
    limit = number(request, "limit", least=1, most=MOST) or DEFAULT
    if after := text(request, "cursor"):
        place = natural_key(after)
        rooms = rooms.filter(Q(order__gt=place) | Q(order=place, number__gt=after))
    found = list(rooms.order_by("order", "number")[: limit + 1])
    shown = found[:limit]
    following = _next(request, "cursor", shown[-1].number) if len(found) > limit else None
    return Response({"results": render(shown), "next": following})


def _next(request: Request, cursor: str, last: str) -> str:
    query = request.query_params.copy()
    query[cursor] = last
    return f"{request.build_absolute_uri(request.path)}?{query.urlencode()}"


def check_parameters(request: Request, known: Sequence[Query]) -> None:
    """Refuse unknown, empty and repeated parameters: a typo must not widen a list."""
    names = [query.name for query in known]
    for name, values in request.query_params.lists():
        if name in _WITHOUT_EFFECT:
            continue
        if name not in names:
            hint = f" Known: {', '.join(names)}." if names else ""
            raise _bad(name, f"There is no parameter {name}.{hint}")
        if values == [""]:
            raise _bad(name, f"{name} is empty: omit it, or give it a value.")
        if len(values) > 1:
            raise _bad(name, f"{name} is given more than once.")


def number(request: Request, name: str, *, least: int = 0, most: int = _LARGEST) -> int | None:
    """An integer parameter; None if not given."""
    given = request.query_params.get(name)
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and len(given) <= 19):
        raise _bad(name, f"{name} must be a whole number.")
    if not least <= int(given) <= most:
        raise _bad(name, f"{name} must be from {least} to {most}.")
    return int(given)


def choice(request: Request, name: str, choices: Sequence[str]) -> str | None:
    """A parameter that is one of ``choices``; None if not given."""
    value = request.query_params.get(name)
    if value and value not in choices:
        raise _bad(name, f"{name} must be one of: {', '.join(choices)}.")
    return value or None


def text(request: Request, name: str) -> str | None:
    """A text parameter; None if not given."""
    value = request.query_params.get(name)
    if value and not is_storable(value):
        raise _bad(name, f"{name} has an invalid character.")
    return value or None


def instant(request: Request, name: str) -> dt.datetime | None:
    """An instant parameter, aware; None if not given."""
    value = request.query_params.get(name)
    if not value:
        return None
    try:
        # A "+" that was not encoded arrives as a space.
        found = parse_datetime(value.replace(" ", "+") if "T" in value else value)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or not 2000 <= found.year <= 2100:
        raise _bad(name, f"{name} must be an instant like 2026-05-04T10:00:00Z.")
    return found


def _bad(name: str, detail: str) -> Refusal:
    """The refusal of a parameter, with ``?name`` in place of a JSON pointer."""
    return invalid(f"?{name}", detail)
