"""A table as a stream of bytes, in the same memory for ten rows and for ten million."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from django.db import transaction

from billing.analytics.period import Period
from billing.export.cells import Cell, written
from billing.export.tables import Table
from rooms.models import Property

# By it a spreadsheet knows that the file is UTF-8.
BOM: Final = "\ufeff"
# Rows that are fetched, and sent, at a time.
CHUNK: Final = 2000


def stream(
    table: Table, property_: Property, period: Period, *, chunk: int = CHUNK
) -> Iterator[bytes]:
    """The file, in pieces.

    The rows come from a cursor on the server, which lives in a transaction of its own: outside of
    one PostgreSQL would first write all of them aside. They are those of one moment. A reader who
    goes away ends it.
    """
    yield (BOM + _line(table.headings.split())).encode()
    with transaction.atomic():
        found = table.rows(property_, period).iterator(chunk_size=chunk)
        lines = (_line(table.cells(row, property_)) for row in found)
        while piece := "".join(islice(lines, chunk)):
            yield piece.encode()


def _line(cells: Iterable[Cell]) -> str:
    return ",".join(map(written, cells)) + "\r\n"
