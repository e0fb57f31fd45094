"""Natural sort order of rooms and floors: 9, 10, 21, 101, 1001, A1, A10.

The database sorts by the generated column ``Room.order``, Python by :func:`natural_key`. Both
compute the same key.
"""

import re
import string
from typing import Any, Final

from django.db.models import CharField, F, Func, TextField, Value
from django.db.models.functions import Collate, Upper

# The maximum length of a room number.
DIGITS: Final = 16
_NUMBER: Final = re.compile(r"0*([0-9]+)")
# ASCII only: how the database folds other letters depends on its locale.
_CAPITALS: Final = str.maketrans(string.ascii_lowercase, string.ascii_uppercase)


def natural_key(number: str) -> str:
    """Sorts 9 before 10, and 201 before 201A before 202."""
    padded = _NUMBER.sub(lambda match: match[1].rjust(DIGITS, "0"), number)
    return padded.translate(_CAPITALS)


class NaturalOrder(Func):
    """:func:`natural_key` of a column, in SQL."""

    function = "regexp_replace"
    output_field = TextField(db_collation="C")

    def __init__(self, column: str, **extra: Any) -> None:
        zeros = Func(
            Upper(Collate(F(column), "C")),
            Value("([0-9]+)"),
            Value("0" * DIGITS + r"\1"),
            Value("g"),
            function="regexp_replace",
            output_field=CharField(),
        )
        kept = Value(rf"0*([0-9]{{{DIGITS}}})(?![0-9])")
        super().__init__(zeros, kept, Value(r"\1"), Value("g"), **extra)
