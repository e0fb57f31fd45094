"""Laying out a section of a folio: title, table (over several sheets if needed), sums."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from billing.documents.document import Column, Row, Section
from billing.documents.paper import LEFT, RIGHT, SOFT, Paper, Style

_TITLE: Final = Style(12.5, bold=True)
_REMARK: Final = Style(9, shade=SOFT)
_HEADING: Final = Style(8.5, shade=SOFT)
_CELL: Final = Style(9.5)
_GONE: Final = replace(_CELL, shade=SOFT, struck=True)
_SMALL: Final = Style(8.5, shade=SOFT)
_STRONG: Final = replace(_CELL, bold=True)

_PAD: Final = 1.1
_GAP: Final = 2.0
_FEW: Final = 3  # rows kept together with the title


def lay_section(paper: Paper, section: Section) -> None:
    """Lay out the section from the current height on."""
    head = _TITLE.leading + 1.5 + _HEADING.leading + 2 * _PAD
    paper.need(head + _FEW * (_CELL.leading + 2 * _PAD))
    _lay_title(paper, section)
    _lay_headings(paper, section.columns)
    for row in section.rows:
        _lay_row(paper, section, row)
    if not section.rows:
        paper.y += _PAD
        paper.write(LEFT, [paper.typeface.fit(section.empty)], _REMARK)
        paper.y += _REMARK.leading + _PAD
    _lay_sums(paper, section)
    paper.y += 6


def _lay_title(paper: Paper, section: Section) -> None:
    title = paper.typeface.fit(section.title)
    paper.write(LEFT, [title], _TITLE)
    beside = LEFT + paper.width(title, _TITLE) + 3
    remark = [paper.typeface.fit(section.remark)]
    paper.write(beside, remark, _REMARK, below=_TITLE.ascent - _REMARK.ascent)
    paper.y += _TITLE.leading + 1.5


def _lay_headings(paper: Paper, columns: Sequence[Column]) -> None:
    cells = [paper.wrap(each.title, each.share - _GAP, _HEADING) for each in columns]
    paper.y += _PAD
    _lay_cells(paper, columns, cells, _HEADING)
    paper.y += max(map(len, cells)) * _HEADING.leading + _PAD
    paper.rule()


def _lay_row(paper: Paper, section: Section, row: Row) -> None:
    style = _GONE if row.is_reversed else _CELL
    columns = section.columns
    cells = [
        paper.wrap(cell, column.share - _GAP, style)
        for cell, column in zip(row.cells, columns, strict=True)
    ]
    wide = columns[section.wide].share - _GAP
    remark = paper.wrap(row.remark, wide, _SMALL) if row.remark else []
    below = len(cells[section.wide]) * style.leading
    height = max(max(map(len, cells)) * style.leading, below + len(remark) * _SMALL.leading)
    if paper.need(height + 2 * _PAD):
        _lay_headings(paper, columns)
    paper.y += _PAD
    _lay_cells(paper, columns, cells, style)
    x = LEFT + sum(column.share for column in columns[: section.wide])
    paper.write(x, remark, _SMALL, below=below)
    paper.y += height + _PAD
    paper.rule()


def _lay_cells(
    paper: Paper, columns: Sequence[Column], cells: Sequence[list[str]], style: Style
) -> None:
    x = LEFT
    for column, lines in zip(columns, cells, strict=True):
        if column.is_number:
            paper.write_to(x + column.share, lines, style)
        else:
            paper.write(x, lines, style)
        x += column.share


def _lay_sums(paper: Paper, section: Section) -> None:
    if not section.sums:
        return
    paper.need(len(section.sums) * (_CELL.leading + _PAD) + _PAD)
    last = section.columns[-1].share
    for each in section.sums:
        style = _STRONG if each.strong else _CELL
        paper.y += _PAD
        paper.write_to(RIGHT - last - _GAP, [paper.typeface.fit(each.words)], style)
        paper.write_to(RIGHT, [each.amount], style)
        paper.y += style.leading
