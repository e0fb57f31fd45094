"""Laying out a folio on A4 sheets."""

from collections.abc import Sequence
from typing import Final

from billing.documents.document import FolioDocument, Letterhead, Sum
from billing.documents.paper import LEFT, RIGHT, SOFT, WIDTH, Mark, Paper, Style
from billing.documents.tables import lay_section
from billing.documents.typeface import Typeface
from rooms.models import Logo

_NAME: Final = Style(16, bold=True)
_TITLE: Final = Style(20)
_TEXT: Final = Style(10)
_LABEL: Final = Style(9, shade=SOFT)
_SUM: Final = Style(10)
_STRONG: Final = Style(11.5, bold=True)

_LOGO: Final = (55.0, 24.0)  # mm, at most
_SHARPEST: Final = 25.4 / 96  # mm per pixel: a small picture is not enlarged
_LABELS: Final = 27.0
_HALF: Final = WIDTH / 2
_SUMS: Final = 78.0


def lay_out(document: FolioDocument, typeface: Typeface) -> list[list[Mark]]:
    """The sheets of one folio."""
    paper = Paper(typeface, head=lambda paper: _head(paper, document))
    _lay_letterhead(paper, document.letterhead)
    _lay_title(paper, document)
    for section in document.sections:
        lay_section(paper, section)
    _lay_sums(paper, document)
    return paper.sheets


def _head(paper: Paper, document: FolioDocument) -> None:
    """The header of the second and later sheets, which identifies the folio."""
    told = f"{document.title} {document.reference}"
    room = WIDTH / 2 - 3
    paper.write(LEFT, paper.wrap(document.letterhead.name, room, _LABEL)[:1], _LABEL)
    paper.write_to(RIGHT, paper.wrap(told, room, _LABEL)[:1], _LABEL)
    paper.y += _LABEL.leading + 1
    paper.rule()
    paper.y += 5


def _lay_letterhead(paper: Paper, letterhead: Letterhead) -> None:
    width, height = _frame(letterhead.logo) if letterhead.logo else (0.0, 0.0)
    if letterhead.logo:
        paper.picture(RIGHT - width, width, height, letterhead.logo)
    room, bottom = WIDTH - width - 5, paper.y + height
    for text, style in [(letterhead.name, _NAME), *((line, _LABEL) for line in letterhead.lines)]:
        lines = paper.wrap(text, room, style)
        paper.write(LEFT, lines, style)
        paper.y += len(lines) * style.leading
    paper.y = max(paper.y, bottom) + 4
    paper.rule(strong=True)
    paper.y += 6


def _frame(logo: Logo) -> tuple[float, float]:
    scale = min(_LOGO[0] / logo.width, _LOGO[1] / logo.height, _SHARPEST)
    return logo.width * scale, logo.height * scale


def _lay_title(paper: Paper, document: FolioDocument) -> None:
    paper.write(LEFT, [paper.typeface.fit(document.title)], _TITLE)
    paper.y += _TITLE.leading + 3
    details = list(document.details)
    for place in range(0, len(details), 2):
        _lay_details(paper, details[place : place + 2])
    paper.y += 5


def _lay_details(paper: Paper, pair: Sequence[tuple[str, str]]) -> None:
    """Two facts side by side, line by line: a stay may have more guests than fit on a sheet."""
    values = [paper.wrap(value, _HALF - _LABELS - 4, _TEXT) for _, value in pair]
    for place in range(max(map(len, values))):
        paper.need(_TEXT.leading)
        for column, ((label, _), lines) in enumerate(zip(pair, values, strict=True)):
            x = LEFT + column * _HALF
            if place == 0:
                fitted = [paper.typeface.fit(label)]
                paper.write(x, fitted, _LABEL, below=_TEXT.ascent - _LABEL.ascent)
            paper.write(x + _LABELS, lines[place : place + 1], _TEXT)
        paper.y += _TEXT.leading
    paper.y += 0.6


def _lay_sums(paper: Paper, document: FolioDocument) -> None:
    """The totals by kind on the left, the balance on the right, on the same sheet."""
    title, kinds = document.by_kind
    left = [Sum(title, ""), *kinds] if kinds else []
    paper.need(max(_height(left), _height(document.sums)) + 4)
    paper.rule(strong=True)
    paper.y += 3
    top = paper.y
    _lay_column(paper, LEFT, left, title=title)
    paper.y = top
    _lay_column(paper, RIGHT - _SUMS, document.sums)


def _lay_column(paper: Paper, x: float, sums: Sequence[Sum], title: str = "") -> None:
    for each in sums:
        style = _STRONG if each.strong else _SUM
        words = paper.typeface.fit(each.words)
        paper.write(x, [words], _LABEL if words == title else style)
        if each.remark:
            remark = [paper.typeface.fit(each.remark)]
            beside = x + paper.width(words, style) + 2
            paper.write(beside, remark, _LABEL, below=style.ascent - _LABEL.ascent)
        paper.write_to(x + _SUMS, [each.amount], style)
        paper.y += style.leading + 1


def _height(sums: Sequence[Sum]) -> float:
    return sum((_STRONG if each.strong else _SUM).leading + 1 for each in sums)
