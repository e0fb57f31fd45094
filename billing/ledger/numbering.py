"""Gapless numbers of postings, payments and settlements, each in a sequence of its own."""

from typing import Final, Literal

from django.db import connection

from rooms.models import Property

Row = Literal["last", "last_payment", "last_settlement"]
_ROWS: Final[tuple[Row, ...]] = ("last", "last_payment", "last_settlement")


def next_number(property_: Property, row: Row = "last") -> int:
    """The next number. The counter stays locked until commit: no gaps, no duplicates."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT[row], [property_.pk])
        (number,) = cursor.fetchone()
    return int(number)


def _statement(row: Row) -> str:
    first = ", ".join("1" if each == row else "0" for each in _ROWS)
    return f"""
        INSERT INTO billing_postingcounter AS counter (property_id, {", ".join(_ROWS)})
        VALUES (%s, {first})
        ON CONFLICT (property_id) DO UPDATE SET {row} = counter.{row} + 1
        RETURNING {row}
    """  # noqa: S608 (names of columns, from above)


_COUNT: Final = {row: _statement(row) for row in _ROWS}
