"""CSV cells that a spreadsheet does not run as formulas.

Spreadsheets run text that begins like a formula (CWE-1236), and exports contain what guests,
callers and staff have entered. Such text gets a leading apostrophe. Numbers, including negative
ones, are written unchanged and without quotes.
"""

from decimal import Decimal
from typing import Final

Cell = str | int | Decimal | None

# The last four are full-width forms, which spreadsheets take for the first four.
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def written(cell: Cell) -> str:
    """One cell according to RFC 4180. Text is always quoted, whatever separator a locale uses."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, int):
        return str(cell)
    text = cell.replace("\x00", "")
    guard = "'" if text.startswith(_DANGEROUS) else ""
    return '"' + guard + text.replace('"', '""') + '"' if text else ""
