"""Request bodies: JSON, parsed without guessing.

The framework's own parser accepts NaN and keeps the last of two values with the same name, and the
framework takes a body of undeclared length for an empty one.
"""

import json
from collections.abc import Mapping
from typing import IO, Any, Final, cast

from django.http import HttpRequest, UnreadablePostError
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from hotelpbx.serving.bodies import read_body

# A reservation with all its guests has a few kilobytes.
LARGEST_BODY: Final = 1024 * 1024


class JsonRequest(Request):
    """A request whose body always goes to the parser, also when its length is not declared."""

    def _load_stream(self) -> None:
        self._stream = self._request  # type: ignore[assignment]  # read() is all it needs


class StrictJSONParser(BaseParser):
    """Parses a body; an empty one is an empty object.

    Refused: another media type than ``application/json``, more than 1 MiB, what is not UTF-8 or
    not JSON, the same name twice in one object, NaN and Infinity.
    """

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        raw = _read(cast("HttpRequest", stream))
        if not raw.strip():
            return {}
        kind = media_type or ""
        if kind.partition(";")[0].strip().lower() != self.media_type:
            raise UnsupportedMediaType(kind, f"Send application/json, not {kind or 'nothing'}.")
        try:
            return json.loads(
                raw.decode("utf-8-sig"), object_pairs_hook=_unique, parse_constant=_constant
            )
        except (ValueError, RecursionError) as fault:
            # A text that is not UTF-8 and a number of 5,000 digits are ValueErrors too.
            where = f" (line {fault.lineno})" if isinstance(fault, json.JSONDecodeError) else ""
            raise ParseError(f"The body is not JSON that can be read{where}.") from None


def _read(request: HttpRequest) -> bytes:
    try:
        raw = read_body(request, LARGEST_BODY)
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
