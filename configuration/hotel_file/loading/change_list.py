"""Writes rows as the file has them, and lists the changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)

# Shown as "changed" only.
_SECRET: Final = frozenset({"password", "voicemail_pin", "report_secret"})
# Follows from a change that is listed.
_IMPLIED: Final = frozenset({"entrusted_to"})


@dataclass
class ChangeList:
    """What a load did or would do, one line per change."""

    lines: list[str] = field(default_factory=list)

    def add(self, line: str) -> None:
        """Add a line."""
        self.lines.append(line)


def write_row(
    changes: ChangeList,
    model: type[Row],
    lookup: Mapping[str, Any],
    values: Mapping[str, Any],
    label: str,
) -> tuple[Row, bool]:
    """Create or update the row found by ``lookup``; returns it and whether it changed.

    ``label`` names it to a person, e.g. ``room 203``.
    """
    row = model._default_manager.filter(**lookup).first()
    if row is None:
        changes.add(f"+ {label}")
        return model._default_manager.create(**lookup, **values), True
    different = {name: value for name, value in values.items() if getattr(row, name) != value}
    if not different:
        return row, False
    for name, value in different.items():
        if name not in _IMPLIED:
            changes.add(f"~ {label}: {_describe(name, getattr(row, name), value)}")
        setattr(row, name, value)
    row.save(update_fields=list(different))
    return row, True


def _describe(name: str, before: Any, after: Any) -> str:
    if name in _SECRET:
        return f"{name} changed"
    return f"{name} {_display(before)} → {_display(after)}"


def _display(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if value is None:
        return "none"
    return ", ".join(str(value).splitlines()) or "none"
