"""Writing folios as a PDF file, each on new pages with its own page numbers."""

import io
from collections.abc import Iterable

from fpdf import FPDF
from PIL import Image

from billing.documents.document import FolioDocument
from billing.documents.layout import lay_out
from billing.documents.paper import FOOT, LEFT, RIGHT, SOFT, Mark, Picture, Rule, Text
from billing.documents.typeface import Typeface
from hotelpbx.clock import now
from rooms.models import Logo
from rooms.pictures import upright

_DOTS = 300 / 25.4  # per mm, of the printed logo


def folios_as_pdf(documents: Iterable[FolioDocument], title: str) -> bytes:
    """One PDF file; ``documents`` are laid out one by one as they are iterated."""
    writer = _Writer()
    for document in documents:
        writer.add(document)
    return writer.finish(title)


class _Writer:
    """Draws marks on pages."""

    def __init__(self) -> None:
        self._pdf = FPDF(format="A4", unit="mm")
        self._pdf.set_auto_page_break(False)
        self._typeface = Typeface(self._pdf)
        self._logos: dict[bytes, Image.Image] = {}

    def add(self, document: FolioDocument) -> None:
        """Add the pages of one folio."""
        sheets = lay_out(document, self._typeface)
        self._pdf.set_lang(document.code)
        for place, sheet in enumerate(sheets, start=1):
            self._pdf.add_page()
            for mark in sheet:
                self._draw(mark)
            self._foot(document.printed, LEFT)
            counted = document.page.format(page=place, pages=len(sheets))
            self._foot(counted, RIGHT - self._typeface.width(self._typeface.fit(counted), 8.5))

    def finish(self, title: str) -> bytes:
        self._pdf.set_title(title)
        self._pdf.set_creator("hotelpbx")
        self._pdf.set_creation_date(now())
        return bytes(self._pdf.output())

    def _foot(self, text: str, x: float) -> None:
        self._write(Text(x, FOOT, self._typeface.fit(text), 8.5, shade=SOFT))

    def _draw(self, mark: Mark) -> None:
        if isinstance(mark, Text):
            self._write(mark)
        elif isinstance(mark, Rule):
            self._line(mark)
        else:
            self._show(mark)

    def _write(self, mark: Text) -> None:
        self._pdf.set_text_color(mark.shade)
        x = mark.x
        for family, style, text in self._typeface.runs(mark.text, bold=mark.bold):
            self._pdf.set_font(family, style, mark.size)
            self._pdf.text(x, mark.y, text)
            x += self._typeface.width(text, mark.size, bold=mark.bold)
        if mark.struck:
            self._line(Rule(mark.x, mark.y - mark.size * 0.09, mark.struck, 0.2, mark.shade))

    def _line(self, rule: Rule) -> None:
        self._pdf.set_line_width(rule.thickness)
        self._pdf.set_draw_color(rule.shade)
        self._pdf.line(rule.x, rule.y, rule.x + rule.width, rule.y)

    def _show(self, mark: Picture) -> None:
        content = bytes(mark.logo.content)
        if content not in self._logos:
            self._logos[content] = _picture(mark)
        self._pdf.image(self._logos[content], mark.x, mark.y, mark.width, mark.height)


def _picture(mark: Picture) -> Image.Image:
    """The logo, upright and scaled down to print resolution."""
    with Image.open(io.BytesIO(mark.logo.content), formats=Logo.Format.values) as file:
        picture = upright(file)
    sharp = [max(1, round(side * _DOTS)) for side in (mark.width, mark.height)]
    picture.thumbnail((sharp[0], sharp[1]))
    return picture
