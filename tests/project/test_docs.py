"""The documents lead where they say they do."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not (page.parent / target).exists()] == []


def test_every_command_that_the_documents_name_exists() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    text += (ROOT / "examples" / "demo-hotel.toml").read_text(encoding="utf-8")
    named = set(re.findall(r"manage\.py (\w+)", text)) - {
        "migrate",
        "spectacular",
        "changepassword",
    }
    existing = {path.stem for path in ROOT.glob("*/management/commands/*.py")}
    assert named <= existing, named - existing
