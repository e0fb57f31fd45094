"""docs/decisions: one numbered file for each, all of one shape, all in the index."""

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "docs" / "decisions"
FILES = sorted(FOLDER.glob("[0-9]*.md"))


def test_numbers_follow_each_other() -> None:
    assert [int(path.name[:4]) for path in FILES] == list(range(1, len(FILES) + 1))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_decision_has_its_parts_and_is_in_the_index(path: Path) -> None:
    first, status, *rest = path.read_text(encoding="utf-8").splitlines()
    assert first.startswith(f"# {int(path.name[:4])}. ")
    assert re.fullmatch(r"Status: (accepted|replaced by \[.+)", status)
    headings = [line for line in rest if line.startswith("## ")]
    assert headings == ["## Context", "## Decision", "## Consequences"]
    title = first.partition(". ")[2]
    assert f"[{title}]({path.name})" in (FOLDER / "README.md").read_text(encoding="utf-8")
