"""README's "Connect a real PBX", walked in the environment of docker-compose.yml.

No container is needed for it: the compose file's own commands run here, with its environment and
its secrets, against a database of their own and the simulated PBX. Where the README names a command
that does not work, or the compose file does not pass what one needs, this fails.
"""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from hotelpbx.demo.stack import _EXTENSIONS, _ROUTES
from hotelpbx.processes.running import Supervisor, free_port, wait_until
from tests.hotel.test_flow import connected

ROOT: Final = Path(__file__).parents[2]
TEXT: Final = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE: Final[dict[str, Any]] = yaml.safe_load(TEXT)
SECTION: Final = (
    (ROOT / "README.md").read_text(encoding="utf-8").partition("## Connect a real PBX\n")[2]
).partition("\n## ")[0]
OURS: Final = ("migrate", "web", "receiver", "worker", "beat")


def environment(service: str, folder: Path, given: dict[str, str]) -> dict[str, str]:
    """What a container of ``service`` is started with; ``given``: the shell's variables."""
    found: dict[str, str] = COMPOSE["services"][service]["environment"]

    def value(match: re.Match[str]) -> str:
        return given.get(match[1]) or match[2]

    filled = {
        name: re.sub(r"\$\{(\w+):-([^}]*)\}", value, str(text)) for name, text in found.items()
    }
    return {
        name: text.replace("/run/secrets/", f"{folder}/secrets/") for name, text in filled.items()
    }


def setup_commands() -> str:
    """The lines of the compose file's head that make the secrets."""
    head = TEXT.partition("x-house:")[0].partition("# Then:")[0]
    return "\n".join(line[4:] for line in head.splitlines() if line.startswith("#   "))


def commands() -> list[list[str]]:
    """Every ``manage.py`` command of the section, in its order."""
    text = re.sub(r"\s+", " ", SECTION)
    found = [shlex.split(each)[1:] for each in re.findall(r"`(manage\.py [^`…]+)`", text)]
    return [words for words in found if words != ["migrate"]]


def shell(command: Any) -> str:
    """A compose command as a line for a shell: every ``$`` stands there twice."""
    words = [str(each).replace("$$", "$") for each in command]
    return words[2] if words[:2] == ["sh", "-c"] else shlex.join(words)


class Walk:
    """A folder with the secrets, and the environment of the containers."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder = folder
        subprocess.run(["bash", "-ec", setup_commands()], cwd=folder, check=True)
        self.ports = {"PORT": str(free_port()), "REPORT_PORT": str(free_port())}
        self.exchange = free_port()
        secrets = folder / "secrets"
        made = (secrets / "database_url").read_text()
        assert re.fullmatch(r"postgresql://hotelpbx:[0-9a-f]{64}@postgres:5432/hotelpbx", made)
        (secrets / "database_url").write_text(database)
        self.password = (secrets / "pbx_password").read_text().removesuffix("\n")
        self.given = {"REPORT_BASE_URL": f"http://127.0.0.1:{self.ports['REPORT_PORT']}"}

    def env(self, service: str) -> dict[str, str]:
        own = environment(service, self.folder, self.given)
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        # The containers' ports are their own; those of this machine may be taken.
        there = {"REDIS_URL": os.environ["REDIS_URL"], **self.ports}
        return {"PATH": path, "PYTHONUNBUFFERED": "1", **own, **there}

    def manage(self, words: list[str], *, typed: str = "") -> subprocess.CompletedProcess[str]:
        """``docker compose run --rm migrate python manage.py …``."""
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            env=self.env("migrate"), cwd=ROOT, input=typed, capture_output=True, text=True,
            check=False,
        )  # fmt: skip

    def processes(self) -> Supervisor:
        """The services of the compose file, and the PBX."""
        # The supervisor says "exec" itself.
        lines = {
            name: shell(COMPOSE["services"][name]["command"]).removeprefix("exec ")
            for name in OURS[1:]
        }
        lines["pbx"] = (
            f"{sys.executable} -m pbx.simulator --port {self.exchange} --routes {_ROUTES} "
            f"--extensions {_EXTENSIONS} --password {shlex.quote(self.password)}"
        )
        return Supervisor(lines, self.env("web"), self.folder, cwd=ROOT)


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Walk]:
    url, _, query = os.environ["DATABASE_URL"].partition("?")
    name = f"hotelpbx_walk_{os.getpid()}"
    with connected() as server:
        server.execute(f'CREATE DATABASE "{name}"')
    try:
        yield Walk(tmp_path, f"{url.rpartition('/')[0]}/{name}" + (f"?{query}" if query else ""))
    finally:
        with connected() as server:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def faults_of(walk: Walk) -> str:
    """What the doctor says while there is a fault; empty: there is none."""
    done = walk.manage(["doctor", "GRAND"])
    print(done.stdout, done.stderr)  # noqa: T201  shown when it comes to nothing
    return done.stdout + done.stderr if done.returncode else ""


def hotel_file(walk: Walk) -> Path:
    """A copy of the example, edited: only the PBX's address differs here."""
    text = (ROOT / "examples" / "demo-hotel.toml").read_text(encoding="utf-8")
    assert 'password = "env:PBX_PASSWORD"' in text
    assert "http://127.0.0.1:8088" in text
    path = walk.folder / "my-hotel.toml"
    path.write_text(text.replace("http://127.0.0.1:8088", f"http://127.0.0.1:{walk.exchange}"))
    return path


@pytest.mark.flow
def test_a_real_pbx_is_connected_as_the_readme_says(walk: Walk) -> None:
    files = {name: str(hotel_file(walk)) for name in ("my-hotel.toml", "next.toml")}
    first = COMPOSE["services"]["migrate"]["command"]
    assert first[:2] == ["python", "manage.py"]
    done = walk.manage(first[2:])
    assert done.returncode == 0, done.stderr
    steps = commands()
    loading = steps.index(["load_hotel", "my-hotel.toml", "--dry-run"])
    steps.insert(loading + 1, ["load_hotel", "my-hotel.toml"])  # "and without `--dry-run`"
    assert steps[-1] == ["doctor", "GRAND"]
    with walk.processes() as processes:
        for words in steps:
            given = [files.get(word, word) for word in words]
            if words[0] == "doctor":
                # The house has come up, and has signed in to the PBX.
                processes.check()
                wait_until(lambda: not faults_of(walk), 90, "a house without faults")
            done = walk.manage(given, typed="night-clerk-77\n")
            assert done.returncode == 0, (words, done.stdout, done.stderr)
            assert "Traceback" not in done.stderr, words
            assert walk.password not in done.stdout + done.stderr, words
        processes.check()
        logs = "".join(processes.log(name).read_text() for name in OURS[1:])
    assert walk.password not in logs


def test_the_readme_still_names_the_steps_that_are_walked() -> None:
    names = [words[0] for words in commands()]
    assert names == [
        "load_hotel", "dial_plan", "create_staff", "create_api_key", "what_if", "doctor",
    ]  # fmt: skip
    assert "docker compose up -d" in SECTION
    assert "docker compose run --rm migrate python manage.py" in re.sub(r"\s+", " ", SECTION)


@pytest.mark.parametrize("service", OURS)
def test_every_process_gets_the_secrets_that_it_is_told_of(service: str) -> None:
    """The password of the PBX among them, without which the example file is refused."""
    found = COMPOSE["services"][service]
    named = {Path(text).name for name, text in found["environment"].items() if "_FILE" in name}
    assert named == set(found["secrets"]) == {"secret_key", "database_url", "pbx_password"}
    made = set(re.findall(r"> secrets/(\w+)", setup_commands()))
    assert set(COMPOSE["secrets"]) == made >= named


@pytest.mark.parametrize("service", OURS[1:])
def test_the_compose_file_runs_the_lines_of_the_procfile(service: str) -> None:
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    line = next(line for line in lines if line.startswith(f"{service}: "))
    assert shell(COMPOSE["services"][service]["command"]) == f"exec {line.partition(': ')[2]}"


def test_every_variable_of_the_readme_reaches_the_containers() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Environment\n")[2]
    rows = [line for line in text.partition("\n\n")[0].splitlines() if line.startswith("| `")]
    named = set(re.findall(r"`([A-Z_]{4,})`", " ".join(row.split("|")[1] for row in rows)))
    given = {name.removesuffix("_FILE") for name in COMPOSE["services"]["web"]["environment"]}
    outside = {"PORT", "REPORT_PORT", "DEBUG", "HOTELPBX_CLOCK_OFFSET"}
    assert named - given == outside, "pass them on in docker-compose.yml"
