"""The location of the files of this checkout's embedded servers.

For an ordinary user it is ``.local/`` in the checkout, for root ``/var/lib/hotelpbx/``, because
``nobody`` needs access and root's checkout is often closed to others. If that is impossible, a
folder in the temporary directory is used.

The permissions of directories that we did not create are never changed.
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
    """The directory of this checkout's servers, created if necessary."""
    refused = []
    for candidate in _candidates():
        fault = _fault_of(candidate)
        if fault is None:
            return candidate
        refused.append(f"{candidate}: {fault}")
    raise EmbeddedServerError(
        f"There is no usable directory for the embedded servers ({'; '.join(refused)}). "
        "Make the checkout writable, or set DATABASE_URL and REDIS_URL."
    )


def throw_away_home() -> Path:
    """A new directory for the servers of one test run."""
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
    """Create ``directory``, which others can at most pass through."""
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
    """Create ``candidate`` or check that it is ours; returns why it cannot be used.

    In the temporary directory anybody may have created something with our name, for instance a link
    to another location. What belongs to our user was created by us, with our permissions.
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
                return f"{directory} is there and is not our directory"
    except OSError as fault:
        return fault.strerror or str(fault)
    if not servers_account().can_enter(candidate):
        return f"closed to user {servers_account().uid}, as which the servers run"
    return None
