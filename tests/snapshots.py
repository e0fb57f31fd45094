"""Rows that were written once, slowly, and are written again in a millisecond.

A hotel file takes some eighty queries to load, and thousands of tests want the same small hotel.
So each process of the test run loads it once, keeps the rows as SQL, and inserts these from then
on: with new keys, and with the present instant where the load wrote the instant of the load.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import time_machine
from django.apps import apps
from django.db import connection, models

from hotelpbx.clock import now

_Model = type[models.Model]


@dataclass(frozen=True)
class _Key:
    """In the place of a key: that of which of the new rows."""

    index: int


class _Now:
    """In the place of the instant of the load."""


_Cell = str | _Key | _Now


@dataclass(frozen=True)
class _Rows:
    """New rows of one table; a cell is an SQL literal or what stands in its place."""

    beginning: str
    cells: list[list[_Cell]]

    def sql(self, keys: list[int], instant: str) -> str:
        """The statement that inserts them."""

        def literal(cell: _Cell) -> str:
            if isinstance(cell, _Key):
                return str(keys[cell.index])
            return instant if isinstance(cell, _Now) else cell

        rows = (f"({', '.join(literal(cell) for cell in row)})" for row in self.cells)
        return f"{self.beginning} VALUES {', '.join(rows)};"


class Snapshot:
    """The rows that ``load`` adds to the database.

    ``load`` is called once, here, and must do no more than insert. Foreign keys between the rows
    follow their new keys; a number that stands elsewhere does not.
    """

    def __init__(self, load: Callable[[], object]) -> None:
        before = _keys()
        with time_machine.travel(now(), tick=False):
            load()
            instant = now()
        added = {
            model: sorted(keys - before[model], key=lambda key: (len(key), key))
            for model, keys in _keys().items()
        }
        # Keys that a sequence gives: a place among all of these for each.
        self._places: dict[tuple[_Model, str], _Key] = {}
        sequences = []
        for model, keys in added.items():
            if keys and isinstance(model._meta.pk, models.AutoField):
                for key in keys:
                    self._places[model, key] = _Key(len(self._places))
                table, column = model._meta.db_table, model._meta.pk.column
                sequences.append(
                    f"SELECT nextval(pg_get_serial_sequence('{table}', '{column}'))"  # noqa: S608
                    f" FROM generate_series(1, {len(keys)})"
                )
        self._next_keys = " UNION ALL ".join(sequences)
        self._rows = [
            self._read(model, keys, _literal(instant)) for model, keys in added.items() if keys
        ]

    def insert(self, *rows: models.Model) -> list[int]:
        """Add the rows once more; returns the new keys of ``rows``, which ``load`` wrote."""
        with connection.cursor() as cursor:
            cursor.execute(self._next_keys)
            keys: list[int] = [key for (key,) in cursor.fetchall()]
            instant = f"'{now().isoformat()}'"
            cursor.execute("".join(table.sql(keys, instant) for table in self._rows))
        return [keys[self._places[type(row), str(row.pk)].index] for row in rows]

    def _read(self, model: _Model, keys: list[str], instant: str) -> _Rows:
        table, key = model._meta.db_table, model._meta.pk.column
        fields = [field for field in model._meta.concrete_fields if not field.generated]
        columns = ", ".join(f'"{field.column}"' for field in fields)
        literals = ", ".join(f'quote_nullable("{field.column}"::text)' for field in fields)
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT {literals} FROM "{table}" WHERE "{key}"::text = ANY(%s) '  # noqa: S608
                f'ORDER BY "{key}"',
                [keys],
            )
            found = cursor.fetchall()
        cells = [
            [self._cell(*pair, instant) for pair in zip(fields, row, strict=True)] for row in found
        ]
        return _Rows(f'INSERT INTO "{table}" ({columns})', cells)

    def _cell(self, field: "models.Field[Any, Any]", literal: str, instant: str) -> _Cell:
        if literal == instant:
            return _Now()
        model = field.remote_field.model if field.remote_field else field.model
        if (field.primary_key or field.remote_field) and literal != "NULL":
            return self._places.get((model, literal.strip("'")), literal)
        return literal


_recalled: dict[Hashable, tuple[Snapshot, list[models.Model]]] = {}


def recall(name: Hashable, load: Callable[[], Iterable[models.Model]]) -> list[int]:
    """What ``load`` writes: loaded the first time in this process, inserted after that.

    :param name: of what is loaded; whatever ``load`` depends on belongs to it, such as the day
    :returns: the keys of the rows that ``load`` returns
    """
    if name in _recalled:
        snapshot, rows = _recalled[name]
        return snapshot.insert(*rows)
    rows = []
    snapshot = Snapshot(lambda: rows.extend(load()))
    _recalled[name] = (snapshot, rows)
    return [row.pk for row in rows]


def _keys() -> dict[_Model, set[str]]:
    """The keys of all rows, as text."""
    all_models = apps.get_models(include_auto_created=True)
    found: dict[_Model, set[str]] = {model: set() for model in all_models}
    tables = (
        f'SELECT {place}, "{model._meta.pk.column}"::text FROM "{model._meta.db_table}"'  # noqa: S608
        for place, model in enumerate(all_models)
    )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(tables))
        for place, key in cursor.fetchall():
            found[all_models[place]].add(key)
    return found


def _literal(instant: datetime) -> str:
    """As PostgreSQL writes it, in UTC."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_nullable(%s::timestamptz::text)", [instant])
        return str(cursor.fetchone()[0])
