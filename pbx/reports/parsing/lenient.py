"""A lenient JSON reader for the PBX's reports and answers.

Numbers keep their text (T24), objects keep duplicate keys (T26), and keys are case-insensitive
(T25). Text is made safe for PostgreSQL.
"""

import json
import re
from dataclasses import dataclass
from typing import Final

# Longer values are cut; the complete raw body of a report is stored separately.
MAX_TEXT: Final = 255
MAX_CALLID: Final = 64

_SURROGATES: Final = re.compile("[\ud800-\udfff]")
# Characters that senders leave around a JSON text: byte order mark, C's final NUL, white space.
_AROUND: Final = "\ufeff\0 \t\r\n"


class Number(str):
    """A JSON number as it was written, so that ``1547375509.70`` keeps its last digit."""

    __slots__ = ()


@dataclass(frozen=True)
class JsonObject:
    """A JSON object: its pairs in order, including duplicate keys."""

    pairs: "tuple[tuple[str, JsonValue], ...]" = ()

    def values(self, *names: str) -> "list[JsonValue]":
        """Every value under one of the ``names`` (lower case), in the order of the document."""
        return [value for key, value in self.pairs if key.strip().lower() in names]

    def text(self, *names: str) -> str:
        """The text under the first of the ``names`` that has one, stripped; else empty.

        Of duplicate keys the last one counts, as in an ordinary parser.
        """
        for name in names:
            for value in reversed(self.values(name)):
                if text := scalar_text(value):
                    return text
        return ""

    def items(self, *names: str) -> tuple[str, ...]:
        """A list in one string separated by commas, or an array; empty items dropped (T29)."""
        texts: list[str] = []
        for value in self.values(*names):
            texts += [scalar_text(each) for each in value] if isinstance(value, list) else []
            texts += scalar_text(value).split(",")
        return tuple(text.strip() for text in texts if text.strip())

    def objects(self, *names: str) -> "tuple[JsonObject, ...]":
        """The objects under the ``names``, whether alone or in an array."""
        found: list[JsonObject] = []
        for value in self.values(*names):
            found += [
                each
                for each in (value if isinstance(value, list) else [value])
                if isinstance(each, JsonObject)
            ]
        return tuple(found)


JsonValue = None | bool | str | list["JsonValue"] | JsonObject


def load(text: str) -> JsonValue:
    """The JSON in ``text``. Control characters in strings are allowed (L2172).

    :raises ValueError: it is not JSON, or nested too deeply
    """
    try:
        value: JsonValue = json.loads(
            text.strip(_AROUND),
            strict=False,
            object_pairs_hook=lambda pairs: JsonObject(tuple(pairs)),
            parse_int=Number,
            parse_float=Number,
            parse_constant=Number,
        )
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    return value


def clean(text: str) -> str:
    """``text`` stripped, and without characters that PostgreSQL cannot store."""
    return _SURROGATES.sub("\ufffd", text.replace("\0", "")).strip()


def scalar_text(value: JsonValue) -> str:
    """A string, number or truth value as clean text; empty for everything else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return clean(value) if isinstance(value, str) else ""
