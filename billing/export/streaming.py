"""Streaming a table as CSV in constant memory."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from django.db import transaction

from billing.analytics.period import Period
from billing.export.cells import Cell, written
from billing.export.tables import Table
from rooms.models import Property

# Tells spreadsheets that the file is UTF-8.
BOM: Final = "\ufeff"
# Rows fetched and sent at a time.
CHUNK: Final = 2000


def stream(
    table: Table, property_: Property, period: Period, *, chunk: int = CHUNK
) -> Iterator[bytes]:
    """The file, in chunks.

    The rows come from a server-side cursor in a transaction of its own: outside a transaction
    PostgreSQL would materialize all of them first. They are a snapshot of one moment. The cursor
    ends when the client disconnects.
    """
    yield (BOM + _line(table.headings.split())).encode()
    with transaction.atomic():
        found = table.rows(property_, period).iterator(chunk_size=chunk)
        lines = (_line(table.cells(row, property_)) for row in found)
        while piece := "".join(islice(lines, chunk)):
            yield piece.encode()


def _line(cells: Iterable[Cell]) -> str:
    return ",".join(map(written, cells)) + "\r\n"
