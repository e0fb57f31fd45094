"""Reading the body of a request: JSON, and nothing that might be misread."""

import json
from typing import Any, Final

from django.http import UnreadablePostError
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.request import Request

from hotelpbx.serving.bodies import read_body

# A reservation with all its guests has a few kilobytes.
LARGEST_BODY: Final = 1024 * 1024


def read_json(request: Request) -> Any:
    """The parsed body; an empty one is an empty object.

    Refused: another media type than ``application/json``, more than 1 MiB, what is not UTF-8 or
    not JSON, the same name twice in one object, NaN and Infinity.
    """
    raw = _read(request)
    if not raw.strip():
        return {}
    kind = request.content_type or ""
    if kind.partition(";")[0].strip().lower() != "application/json":
        raise UnsupportedMediaType(kind, f"Send application/json, not {kind or 'nothing'}.")
    try:
        return json.loads(
            raw.decode("utf-8-sig"), object_pairs_hook=_unique, parse_constant=_constant
        )
    except (ValueError, RecursionError) as fault:
        # A text that is not UTF-8 and a number of 5,000 digits are ValueErrors too.
        where = f" (line {fault.lineno})" if isinstance(fault, json.JSONDecodeError) else ""
        raise ParseError(f"The body is not JSON that can be read{where}.") from None


def _read(request: Request) -> bytes:
    try:
        raw = read_body(request._request, LARGEST_BODY)
    except UnreadablePostError:
        raise ParseError("The body broke off. Send it again.") from None
    if raw is None:
        raise ParseError(f"The body has more than {LARGEST_BODY} bytes.")
    return raw


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ParseError("The body names something twice in one object.")
    return found


def _constant(name: str) -> Any:
    raise ParseError(f"{name} is not JSON.")
