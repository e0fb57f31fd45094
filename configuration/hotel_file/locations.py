"""Names of locations in a hotel file: ``[pbx]``, ``[[rooms]] 203``.

A location (``Loc``) is pydantic's path of keys and positions: ``("rooms", 3, "extensions", 1)``.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from configuration.hotel_file.formatting import quoted

Document = Mapping[str, Any]
Loc = tuple[int | str, ...]

# Lists of tables, and the key that names an entry.
NAMING_KEYS: Final = {
    "classes_of_service": "name",
    "rooms": "number",
    "minibar_products": "code",
    "tariffs": "name",
}


def table_and_key(document: Document, loc: Loc) -> tuple[str, str]:
    """The table's name as written in the file, and the key in it (empty: the whole table)."""
    first = str(loc[0])
    if not isinstance(document.get(first, {}), dict | list):
        return "", first
    if first not in NAMING_KEYS:
        if first == "feature_codes" and loc[1:2] == ("housekeeping_statuses",) and len(loc) > 2:
            return "[feature_codes.housekeeping_statuses]", str(loc[2])
        return table_header(document, first), _key(loc[1:])
    if len(loc) == 1:
        return table_header(document, first), ""
    position = int(loc[1])
    if first == "tariffs" and loc[2:3] == ("rates",) and len(loc) > 3:
        owner = entry_name(document, first, position)
        return f"[[tariffs.rates]] number {int(loc[3]) + 1} of {owner}", _key(loc[4:])
    return f"[[{first}]] {entry_name(document, first, position)}", _key(loc[2:])


def entries(table: Document, array: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The tables of a list of tables, with their positions; other entries are skipped."""
    listed = table.get(array)
    if isinstance(listed, list):
        for position, entry in enumerate(listed):
            if isinstance(entry, dict):
                yield position, entry


def entry_name(document: Document, array: str, position: int) -> str:
    """The name of an entry of a list of tables: ``203``, ``"standard"``, else ``number 4``.

    Several tariffs of one name are told apart by their start.
    """
    name = _name(document, array, position)
    if not name:
        return f"number {position + 1}"
    if NAMING_KEYS[array] != "name":
        return quoted(name).strip('"')
    namesakes = sum(_name(document, array, other) == name for other in range(len(document[array])))
    if array == "tariffs" and namesakes > 1:
        return f"{quoted(name)} from {document[array][position].get('effective_from')}"
    return quoted(name)


def table_header(document: Document, name: str) -> str:
    """``[name]`` or ``[[name]]``, as written in the file; if missing, as it should be."""
    written = document.get(name, [] if name in NAMING_KEYS else {})
    return f"[[{name}]]" if isinstance(written, list) else f"[{name}]"


def _name(document: Document, array: str, position: int) -> str:
    entry = document[array][position]
    name = entry.get(NAMING_KEYS[array]) if isinstance(entry, dict) else None
    return str(name) if isinstance(name, str | int) and not isinstance(name, bool) else ""


def _key(rest: Loc) -> str:
    return str(rest[0]) if rest else ""
