"""Readable messages for pydantic's validation errors."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from configuration.hotel_file.formatting import did_you_mean
from configuration.hotel_file.locations import NAMING_KEYS, Loc
from configuration.hotel_file.tables import (
    ClassOfServiceTable,
    FeatureCodesTable,
    PbxTable,
    ProductTable,
    PropertyTable,
    RateTable,
    RetentionTable,
    RoomTable,
    TariffTable,
    WakeUpCallsTable,
)

TABLES: Final[dict[tuple[str, ...], type[BaseModel]]] = {
    ("property",): PropertyTable,
    ("pbx",): PbxTable,
    ("feature_codes",): FeatureCodesTable,
    ("wake_up_calls",): WakeUpCallsTable,
    ("retention",): RetentionTable,
    ("classes_of_service",): ClassOfServiceTable,
    ("rooms",): RoomTable,
    ("minibar_products",): ProductTable,
    ("tariffs",): TariffTable,
    ("tariffs", "rates"): RateTable,
}
FILE_TABLES: Final = [path[0] for path in TABLES if len(path) == 1]

# A key such as "name", which many tables have, gives no hint of the table that was meant.
_MAX_HINTS: Final = 2

_FIXED: Final = {
    "missing": "is missing",
    "bool_type": "must be true or false, without quotes",
    "int_type": "must be a whole number, without quotes",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "string_too_long": "may have at most {max_length} characters",
    "too_short": "must have at least one entry",
    "literal_error": "must be {expected}",
    "value_error": "{error}",
}


def reason_of(error: ErrorDetails) -> str:
    """A sentence without its subject, the key, such as "must be at most 3"."""
    loc = error["loc"]
    tell = _BUILDERS.get(error["type"])
    reason = tell(error) if tell else _FIXED[error["type"]].format(**error.get("ctx", {}))
    if isinstance(loc[-1], int) and _is_inside_a_key(loc):
        return f"entry {loc[-1] + 1} {reason}"
    if loc[:2] == ("feature_codes", "housekeeping_statuses") and loc[-1] == "[key]":
        return reason + _right_table_hint(str(loc[2]))
    return reason


def keys_of(model: type[BaseModel]) -> list[str]:
    """The keys of a table as written in the file."""
    return [field.alias or name for name, field in model.model_fields.items()]


def header_of(path: tuple[str, ...]) -> str:
    """``[pbx]``, ``[[rooms]]``, ``[[tariffs.rates]]``."""
    name = ".".join(path)
    return f"[[{name}]]" if path[0] in NAMING_KEYS else f"[{name}]"


def _is_inside_a_key(loc: Loc) -> bool:
    """Whether the location is an entry of a list such as ``extensions``, not of ``[[rooms]]``."""
    return tuple(part for part in loc if isinstance(part, str)) not in TABLES


def _unknown(error: ErrorDetails) -> str:
    names = [part for part in error["loc"] if isinstance(part, str)]
    key, path = names[-1], tuple(names[:-1])
    if not path:
        return f"is not part of a hotel file{did_you_mean(key, FILE_TABLES)}"
    hint = _right_table_hint(key) or did_you_mean(key, keys_of(TABLES[path]))
    return f"is not a key of {header_of(path)}{hint}"


def _right_table_hint(key: str) -> str:
    """In TOML a key belongs to the last header above it: a common mistake is a misplaced key."""
    homes = [header_of(path) for path, model in TABLES.items() if key in keys_of(model)]
    if not 0 < len(homes) <= _MAX_HINTS:
        return ""
    return f"; it belongs to {' or '.join(homes)}: write it under that header"


def _not_a_table(error: ErrorDetails) -> str:
    loc = error["loc"]
    if len(loc) == 1:
        return f"must be one table, written [{loc[0]}]"
    return "must be a table"


def _not_a_list(error: ErrorDetails) -> str:
    path = tuple(part for part in error["loc"] if isinstance(part, str))
    if path in TABLES:
        return f"must be a list of tables, each written {header_of(path)}"
    return 'must be a list in brackets, such as ["…", "…"]'


def _not_a_text(error: ErrorDetails) -> str:
    value: Any = error["input"]
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return f'must be in quotes: "{value}"'
    return "must be text in quotes"


_BUILDERS: Final[dict[str, Callable[[ErrorDetails], str]]] = {
    "extra_forbidden": _unknown,
    "model_type": _not_a_table,
    "dict_type": _not_a_table,
    "list_type": _not_a_list,
    "string_type": _not_a_text,
}
