"""What a contributor relies on: the hooks check what CI checks."""

import re
import shlex
import tomllib
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).parents[2]
# These two check the whole; a commit runs them on what it changes.
_EVERYTHING: Final = {"--check", "--force-exclude", "."}


def words_of(command: str) -> tuple[str, ...]:
    """A check's command, without environment and without what says on which files."""
    words = shlex.split(command.replace("$python", ".venv/bin/python"))
    if words[0] == "env":
        words = [word for word in words[1:] if not re.match(r"[A-Z_]+=", word)]
    kept = words if "makemigrations" in words else [w for w in words if w not in _EVERYTHING]
    return tuple(kept)


def test_the_hooks_run_the_checks_of_ci() -> None:
    config: dict[str, Any] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    hooks = [hook for repo in config["repos"] for hook in repo["hooks"]]
    assert all(hook["language"] == "system" for hook in hooks), "a hook would be fetched"
    lines = re.findall(r"^check (.+)$", (ROOT / ".ci" / "run").read_text(), re.MULTILINE)
    assert {words_of(hook["entry"]) for hook in hooks} == {
        words_of(line) for line in lines if "python" in line or "djangofmt" in line
    }


def test_the_license_is_named_where_tools_look_for_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["license"] == "Apache-2.0"
    text = (ROOT / "LICENSE").read_text()
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text
