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
        "makemigrations",
    }
    existing = {path.stem for path in ROOT.glob("*/management/commands/*.py")}
    assert named <= existing, named - existing


def test_every_path_that_the_documents_name_exists() -> None:
    """Of files and folders here, in backticks; the change log names what is gone."""
    folders = "|".join(path.name for path in ROOT.glob("[a-z]*") if path.is_dir())
    named = re.compile(rf"`((?:{folders})/[\w./-]*)`")
    # What a reader of CONTRIBUTING is to make.
    missing = {"rooms/feature_codes/service.py"}
    found = {
        f"{page.name}: {name}"
        for page in PAGES
        if page.name != "CHANGELOG.md"
        for name in named.findall(page.read_text(encoding="utf-8"))
        if name not in missing and not (ROOT / name).exists()
    }
    assert not found
