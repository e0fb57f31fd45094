"""A clone explains itself: what the code cites stands in docs/pbx-quirks.md or in the manual."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
QUIRKS: Final = ROOT / "docs" / "pbx-quirks.md"
MANUAL_LINES: Final = 6618

_QUIRK: Final = re.compile(r"\bT([1-9]\d?)\b(?!:\d)")
_MANUAL_LINE: Final = re.compile(r"\bL(\d+)\b")
_TEXTS: Final = {".py", ".md", ".html", ".toml", ".js", ".css", ".yml"}


def texts() -> Iterator[tuple[str, int, str]]:
    """Every line of every text file of the checkout: path, number, text."""
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for path in (Path(folder, name) for name in files):
            if path.suffix in _TEXTS and path != Path(__file__):
                lines = path.read_text(encoding="utf-8").splitlines()
                yield from ((str(path.relative_to(ROOT)), *line) for line in enumerate(lines, 1))


def described() -> list[int]:
    """The numbers of the quirks that the page describes, in its order."""
    page = QUIRKS.read_text(encoding="utf-8")
    return [int(number) for number in re.findall(r"^\| T(\d+) \|", page, flags=re.MULTILINE)]


def test_every_quirk_that_is_cited_is_described() -> None:
    known = set(described())
    dangling = [
        f"{name}:{number} cites T{cited}"
        for name, number, line in texts()
        for cited in _QUIRK.findall(line)
        if int(cited) not in known
    ]
    assert dangling == []


def test_quirks_are_numbered_once_and_in_order() -> None:
    assert described() == sorted(set(described()))


def test_every_cited_line_is_one_of_the_manual() -> None:
    beyond = [
        f"{name}:{number} cites L{cited}"
        for name, number, line in texts()
        for cited in _MANUAL_LINE.findall(line)
        if not 1 <= int(cited) <= MANUAL_LINES
    ]
    assert beyond == []


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("what it left (T13)", ["13"]),
        ("2026-05-04T10:00:00", []),
        ("PT3H and UTC8 and T3x", []),
        ("T2, T36.", ["2", "36"]),
    ],
)
def test_what_counts_as_a_citation(text: str, cited: list[str]) -> None:
    assert _QUIRK.findall(text) == cited
