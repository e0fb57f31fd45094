"""Fingerprints: which reports are repetitions of each other (docs/inbox.md)."""

import hashlib
import json
from collections.abc import Mapping
from typing import Final

from pbx.reports.parsing.lenient import JsonObject, JsonValue, Number

# These tell the records of one call apart (T8); names as on the PBX.
_RECORD_KEY: Final = (
    "sn",
    "callid",
    "timestart",
    "callfrom",
    "callto",
    "type",
    "talkduraction",
)


def object_fingerprint(report: JsonObject) -> str:
    """64 hexadecimal digits, equal for the same object whatever its key order and spacing."""
    return _sha256(f"object:{canonical(report)}")


def record_fingerprint(fields: Mapping[str, str]) -> str:
    """64 hexadecimal digits for a call record, whether reported or downloaded.

    :param fields: the record's texts by lower-case name; absent is the same as empty
    """
    return _sha256("record:" + json.dumps([fields.get(name, "") for name in _RECORD_KEY]))


def canonical(value: JsonValue) -> str:
    """Canonical JSON of ``value``: sorted keys, duplicates in their order, no spacing, ASCII."""
    if isinstance(value, JsonObject):
        pairs = sorted(value.pairs, key=lambda pair: pair[0])
        return "{" + ",".join(f"{json.dumps(key)}:{canonical(each)}" for key, each in pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical(each) for each in value) + "]"
    if isinstance(value, Number):
        return value
    return json.dumps(value)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
