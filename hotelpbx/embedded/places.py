"""Where the embedded servers of this checkout keep their files.

An ordinary user's lie in ``.local/`` of the checkout. Root's lie in ``/var/lib/hotelpbx/``,
because ``nobody`` must get there and a checkout of root's is often closed to others. Where that
cannot be, a directory in the temporary directory serves both.

The permissions of a directory that we did not make are never changed.
"""

import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from hotelpbx.embedded.account import servers_account
from hotelpbx.embedded.errors import EmbeddedServerError

CHECKOUT: Final = Path(__file__).resolve().parents[2]
ROOTS_BASE: Final = Path("/var/lib/hotelpbx")


def home() -> Path:
    """The directory of this checkout's servers, made if need be."""
    refused = []
    for candidate in _candidates():
        fault = _fault_of(candidate)
        if fault is None:
            return candidate
        refused.append(f"{candidate}: {fault}")
    raise EmbeddedServerError(
        f"There is no place for the embedded servers ({'; '.join(refused)}). "
        "Make the checkout writable, or set DATABASE_URL and REDIS_URL."
    )


def throw_away_home() -> Path:
    """A new directory for servers of one test run."""
    directory = Path(tempfile.mkdtemp(prefix="hotelpbx-")).resolve()
    directory.chmod(_mode())
    if not servers_account().can_enter(directory):
        directory.rmdir()
        raise EmbeddedServerError(
            f"{directory.parent} is closed to the servers' user. "
            "Set TMPDIR to a directory that is open to all."
        )
    return directory


def make_directory(directory: Path) -> None:
    """Make ``directory``, which others can at most pass through."""
    directory.mkdir(mode=_mode())
    directory.chmod(_mode())  # what the umask took away


def _mode() -> int:
    return 0o711 if servers_account().is_other else 0o700


def _candidates() -> Iterator[Path]:
    mark = hashlib.sha256(os.fsencode(CHECKOUT)).hexdigest()[:12]
    if servers_account().is_other:
        yield ROOTS_BASE / mark
    else:
        yield CHECKOUT / ".local" / "servers"
    yield Path(tempfile.gettempdir()).resolve() / f"hotelpbx-{os.geteuid()}-{mark}"


def _fault_of(candidate: Path) -> str | None:
    """Make ``candidate`` or find it ours; returns why it will not do.

    In the temporary directory anybody may have laid something under our name, a link to a place
    of his for instance. What belongs to us was made by us, with our permissions.
    """
    ours = [candidate]
    if candidate.parent in (ROOTS_BASE, CHECKOUT / ".local"):
        ours.insert(0, candidate.parent)
    try:
        for directory in ours:
            with suppress(FileExistsError):
                make_directory(directory)
            found = directory.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
                return f"{directory} is there and is no directory of ours"
    except OSError as fault:
        return fault.strerror or str(fault)
    if not servers_account().can_enter(candidate):
        return f"closed to the user {servers_account().uid} whom the servers run as"
    return None
