"""What a printed folio says, in one language, ready to be laid out: texts, no numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rooms.models import Logo


@dataclass(frozen=True)
class Letterhead:
    """``lines``: address and tax number."""

    name: str
    lines: Sequence[str]
    logo: Logo | None


@dataclass(frozen=True)
class Column:
    """``share``: of the paper's width, of all columns together 180."""

    title: str
    share: int
    is_number: bool = False


@dataclass(frozen=True)
class Row:
    """A line of a table. ``is_reversed``: it is taken back, or takes one back."""

    cells: Sequence[str]
    remark: str = ""
    is_reversed: bool = False


@dataclass(frozen=True)
class Sum:
    """``remark``: how it is to be understood; ``strong``: a sum that people look for."""

    words: str
    amount: str
    remark: str = ""
    strong: bool = False


@dataclass(frozen=True)
class Section:
    """A table with its own sums. ``remark`` stands beside the title.

    :param wide: the column that takes what is long, and the rows' remarks
    :param empty: what is said where there are no rows
    """

    title: str
    remark: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    wide: int
    sums: Sequence[Sum] = ()
    empty: str = ""

    @property
    def cells(self) -> Iterator[tuple[Row, list[tuple[Column, str, str]]]]:
        """Each row with its cells: column, text, and in the wide one the remark."""
        for row in self.rows:
            places = enumerate(zip(self.columns, row.cells, strict=True))
            yield (
                row,
                [
                    (column, text, row.remark if place == self.wide else "")
                    for place, (column, text) in places
                ],
            )


@dataclass(frozen=True)
class FolioDocument:
    """A folio as it is printed. ``code``: of the language, as in HTML.

    :param page: how pages are counted, with ``{page}`` and ``{pages}`` to be filled in
    """

    code: str
    title: str
    reference: str
    letterhead: Letterhead
    facts: Sequence[tuple[str, str]]
    sections: Sequence[Section]
    by_kind: tuple[str, Sequence[Sum]]
    sums: Sequence[Sum]
    printed: str
    page: str
