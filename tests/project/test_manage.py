"""The command line answers in sentences."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.processes

ROOT = Path(__file__).parents[2]


def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        env={**kept, **environ},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_database_that_is_away_is_told_in_one_line() -> None:
    url = "postgresql://desk:pa55word@127.0.0.1:9/hotel"
    done = run("load_hotel", "examples/demo-hotel.toml", DATABASE_URL=url, PBX_PASSWORD="x")
    assert done.returncode == 1
    assert "The database does not answer" in done.stderr
    assert "Traceback" not in done.stderr
    assert "pa55word" not in done.stderr


def test_a_missing_key_is_told_in_one_line() -> None:
    done = run("check", SECRET_KEY="", SECRET_KEY_FILE="")
    assert done.returncode == 1
    assert done.stderr.strip().splitlines() == [
        "hotelpbx: SECRET_KEY is not set. "
        "Set it in the environment, or SECRET_KEY_FILE to a file with it."
    ]


def test_the_settings_the_handlers_and_the_models_agree() -> None:
    done = run("check")
    assert done.returncode == 0, done.stderr
    done = run("makemigrations", "--check", "--dry-run")
    assert done.returncode == 0, done.stdout
