"""The content of a printed folio in one language: formatted texts, ready for layout."""

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
    """A column of a table. ``share``: its width; all columns together are 180."""

    title: str
    share: int
    is_number: bool = False


@dataclass(frozen=True)
class Row:
    """A row of a table. ``is_reversed``: it is reversed, or a reversal."""

    cells: Sequence[str]
    remark: str = ""
    is_reversed: bool = False


@dataclass(frozen=True)
class Sum:
    """A labelled sum. ``remark``: an explanation; ``strong``: emphasized."""

    words: str
    amount: str
    remark: str = ""
    strong: bool = False


@dataclass(frozen=True)
class Section:
    """A table with its own sums. ``remark`` is shown beside the title.

    :param wide: index of the column for long texts and the rows' remarks
    :param empty: the text shown if there are no rows
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
        """Each row with its cells: column, text, and the remark in the wide column."""
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
    """A folio to be printed. ``code``: of the language, as in HTML.

    :param page: the page number format, with ``{page}`` and ``{pages}``
    """

    code: str
    title: str
    reference: str
    letterhead: Letterhead
    details: Sequence[tuple[str, str]]
    sections: Sequence[Section]
    by_kind: tuple[str, Sequence[Sum]]
    sums: Sequence[Sum]
    printed: str
    page: str
