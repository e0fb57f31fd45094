"""The fonts of a PDF: two fonts with free licenses, of which the used glyphs are embedded.

Source Sans has Latin, Greek and Cyrillic; Noto Sans CJK, whose Latin letters are based on it, has
Chinese, Japanese and Korean. Opening the latter takes most of the time of writing a PDF, so it is
opened only when a character needs it.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cached_property
from itertools import groupby
from typing import Final

import font_source_sans_pro
import noto_cjk_sans_otc
from anyascii import anyascii
from fpdf import FPDF
from fpdf.fonts import TTFFont

_LATIN: Final = "latin"
_CJK: Final = "cjk"
# The index of the font with mainland Chinese glyph forms in the collection.
_SIMPLIFIED_CHINESE: Final = 2
_NO_PICTURE: Final = "□"

_WIDE: Final = (
    "\u2e80-\u303e\u3041-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\U00020000-\U0003fffd"
)
_CLOSING: Final = "、。，．：；！？）」』】》〉〕…—”’"
# What is not broken: spaces, a Chinese character with closing punctuation, a word.
_PIECES: Final = re.compile(f" +|[{_WIDE}][{_CLOSING}]*|[^ {_WIDE}]+")


class Typeface:
    """Measures and wraps text, and splits it by font. Widths in mm, font sizes in points."""

    def __init__(self, pdf: FPDF) -> None:
        self._pdf = pdf
        pdf.add_font(_LATIN, "", font_source_sans_pro.font_files_ttf["SourceSansPro"])
        pdf.add_font(_LATIN, "B", font_source_sans_pro.font_files_ttf["SourceSansProSemibold"])
        self._latin = _letters(pdf, _LATIN)
        self._shown: dict[str, str] = {}
        self._advances: dict[tuple[str, bool], float] = {}

    @cached_property
    def _cjk(self) -> frozenset[int]:
        path = str(noto_cjk_sans_otc.FONT_PATH)
        self._pdf.add_font(_CJK, "", path, collection_font_number=_SIMPLIFIED_CHINESE)
        return _letters(self._pdf, _CJK)

    def fit(self, text: str) -> str:
        """``text`` with letters that neither font has transliterated to Latin, as on the phones.

        Symbols that neither font has, such as emoji, become an empty square.
        """
        return "".join(map(self._fit, text))

    def runs(self, text: str, *, bold: bool) -> Iterator[tuple[str, str, str]]:
        """Family, style and text of each run in the result of :meth:`fit`."""
        for latin, letters in groupby(text, lambda letter: ord(letter) in self._latin):
            family, style = (_LATIN, "B" if bold else "") if latin else (_CJK, "")
            yield family, style, "".join(letters)

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """The width of one line."""
        return size * sum(self._advance(letter, bold) for letter in text)

    def wrap(self, text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
        """Wrap ``text`` into lines of at most ``width``; at least one line."""
        lines = [""]
        for piece in _PIECES.findall(self.fit(text)):
            if self.width(lines[-1] + piece.rstrip(), size, bold=bold) <= width:
                lines[-1] += piece
            elif self.width(piece, size, bold=bold) <= width:
                lines.append(piece.lstrip())
            else:
                self._break(piece, lines, width, size, bold)
        return [line.rstrip() for line in lines if line.strip()] or [""]

    def _break(self, piece: str, lines: list[str], width: float, size: float, bold: bool) -> None:
        """Break a word that is longer than a line at any character."""
        for letter in piece:
            if self.width(lines[-1] + letter, size, bold=bold) > width:
                lines.append("")
            lines[-1] += letter

    def _advance(self, letter: str, bold: bool) -> float:
        if (letter, bold) not in self._advances:
            ((family, style, _),) = self.runs(letter, bold=bold)
            self._pdf.set_font(family, style, 100)
            self._advances[letter, bold] = self._pdf.get_string_width(letter) / 100
        return self._advances[letter, bold]

    def _fit(self, letter: str) -> str:
        if letter not in self._shown:
            self._shown[letter] = self._find(letter)
        return self._shown[letter]

    def _find(self, letter: str) -> str:
        if ord(letter) in self._latin or ord(letter) in self._cjk:
            return letter
        kind = unicodedata.category(letter)[0]
        latin = anyascii(letter) if kind in "LMN" else ""
        # A combining mark means nothing without its letter.
        return latin or ("" if kind == "M" else _NO_PICTURE)


def _letters(pdf: FPDF, family: str) -> frozenset[int]:
    font = pdf.fonts[family]
    assert isinstance(font, TTFFont)  # noqa: S101  only such are added here
    return frozenset(font.cmap)
