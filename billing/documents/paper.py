"""A4 sheets that fill from top to bottom. Lengths are in mm, font sizes in points."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from billing.documents.typeface import Typeface
from rooms.models import Logo

LEFT: Final = 15.0
WIDTH: Final = 180.0
RIGHT: Final = LEFT + WIDTH
TOP: Final = 15.0
BOTTOM: Final = 277.0
FOOT: Final = 285.0

BLACK: Final = 20
SOFT: Final = 105
LINE: Final = 205

_POINT: Final = 25.4 / 72


@dataclass(frozen=True)
class Text:
    """A line of text; ``y`` is its baseline. ``shade``: 0 black to 255 white."""

    x: float
    y: float
    text: str
    size: float
    bold: bool = False
    shade: int = BLACK
    struck: float = 0.0  # the width of the strikethrough


@dataclass(frozen=True)
class Rule:
    """A horizontal line."""

    x: float
    y: float
    width: float
    thickness: float = 0.15
    shade: int = LINE


@dataclass(frozen=True)
class Picture:
    """The logo in its frame."""

    x: float
    y: float
    width: float
    height: float
    logo: Logo


Mark = Text | Rule | Picture


@dataclass(frozen=True)
class Style:
    """A text style. ``leading``: the distance between lines, in mm."""

    size: float
    bold: bool = False
    shade: int = BLACK
    struck: bool = False

    @property
    def leading(self) -> float:
        return self.size * _POINT * 1.3

    @property
    def ascent(self) -> float:
        """From the top of a line to its baseline."""
        return self.size * _POINT * 0.98


@dataclass
class Paper:
    """Sheets being filled. ``head`` writes the header of each but the first."""

    typeface: Typeface
    head: Callable[["Paper"], None]
    sheets: list[list[Mark]] = field(default_factory=lambda: [[]])
    y: float = TOP

    def need(self, height: float) -> bool:
        """Begin a new sheet unless ``height`` fits on this one; returns whether it began one."""
        if self.y + height <= BOTTOM:
            return False
        self.sheets.append([])
        self.y = TOP
        self.head(self)
        return True

    def wrap(self, text: str, width: float, style: Style) -> list[str]:
        """Wrap ``text`` into lines of ``width``."""
        return self.typeface.wrap(text, width, style.size, bold=style.bold)

    def write(self, x: float, lines: list[str], style: Style, *, below: float = 0) -> None:
        """Write lines, left-aligned at ``x``, starting ``below`` the current height."""
        for place, line in enumerate(lines):
            self._put(x, line, style, below + place * style.leading)

    def write_to(self, right: float, lines: list[str], style: Style, *, below: float = 0) -> None:
        """The same, right-aligned at ``right``."""
        for place, line in enumerate(lines):
            self._put(right - self.width(line, style), line, style, below + place * style.leading)

    def rule(self, *, x: float = LEFT, width: float = WIDTH, strong: bool = False) -> None:
        """Draw a line at the current height."""
        thickness, shade = (0.3, BLACK) if strong else (0.15, LINE)
        self.sheets[-1].append(Rule(x, self.y, width, thickness, shade))

    def picture(self, x: float, width: float, height: float, logo: Logo) -> None:
        """Place the logo with its top at the current height."""
        self.sheets[-1].append(Picture(x, self.y, width, height, logo))

    def width(self, line: str, style: Style) -> float:
        return self.typeface.width(line, style.size, bold=style.bold)

    def _put(self, x: float, line: str, style: Style, below: float) -> None:
        y = self.y + below + style.ascent
        struck = self.width(line, style) if style.struck else 0.0
        mark = Text(x, y, line, style.size, style.bold, style.shade, struck)
        self.sheets[-1].append(mark)
