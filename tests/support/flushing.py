"""Emptying the database after a test whose rows others could see.

Django truncates all sixty tables, of which such a test has filled ten, and then writes the
permissions and the kinds of content anew, which no test changes.
"""

from collections.abc import Sequence
from typing import Any, Final

import pytest
from django.db import connection

_KEPT: Final = {"django_content_type", "auth_permission"}


def only_what_was_filled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let ``manage.py flush`` delete the rows that there are, and do no more."""
    flush = "django.core.management.commands.flush"
    monkeypatch.setattr(f"{flush}.emit_post_migrate_signal", lambda *args, **options: None)
    monkeypatch.setattr(type(connection.ops), "sql_flush", _deletes)


def _deletes(self: object, style: object, tables: Sequence[str], **options: Any) -> list[str]:
    emptied = [table for table in tables if table not in _KEPT]
    filled = " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM \"{table}\")"  # noqa: S608
        for table in emptied
    )
    with connection.cursor() as cursor:
        cursor.execute(filled)
        # In any order: foreign keys are looked at when it is committed.
        return [f'DELETE FROM "{table}"' for (table,) in cursor.fetchall()]  # noqa: S608
