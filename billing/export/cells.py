"""Cells that a spreadsheet opens without obeying them.

A text that begins like a formula is run by spreadsheets (CWE-1236), and what guests, callers and
maids key in ends up here. Such a text gets an apostrophe in front. Numbers, also negative ones, are
numbers: they are written without quotes, and never touched.
"""

from decimal import Decimal
from typing import Final

Cell = str | int | Decimal | None

# The last four are those of a full-width keyboard, which spreadsheets take for the first four.
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def written(cell: Cell) -> str:
    """One cell as RFC 4180 wants it: texts in quotes always, so that no separator of any country
    can end one early."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, int):
        return str(cell)
    text = cell.replace("\x00", "")
    guard = "'" if text.startswith(_DANGEROUS) else ""
    return '"' + guard + text.replace('"', '""') + '"' if text else ""
