"""The user of the servers: the current one, or ``nobody`` if that is root.

PostgreSQL refuses to run as root, and its ``initdb`` needs a user with an entry in the password
file.
"""

import os
import pwd
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from hotelpbx.embedded.errors import EmbeddedServerError


@dataclass(frozen=True)
class Account:
    """A user of the machine, by numeric ids."""

    uid: int
    gid: int

    @property
    def is_other(self) -> bool:
        """Whether it differs from the user of this process."""
        return self.uid != os.geteuid()

    def spawning(self) -> dict[str, Any]:
        """Arguments that make ``subprocess`` start a program as this account.

        The environment is minimal: ours contains secrets, and ``PG…`` variables would interfere.
        """
        environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
        if not self.is_other:
            return {"env": environment}
        return {"env": environment, "user": self.uid, "group": self.gid, "extra_groups": []}

    def can_run(self, *command: str | Path) -> bool:
        """Whether this account can run ``command``, and it succeeds."""
        try:
            result = subprocess.run(  # noqa: S603 - our own programs
                command, cwd="/", capture_output=True, check=False, **self.spawning()
            )
        except OSError:
            return False
        return result.returncode == 0

    def can_enter(self, directory: Path) -> bool:
        """Whether this account may enter ``directory`` and all its parents."""
        return self.can_run("/bin/sh", "-c", 'cd -- "$1"', "sh", directory)

    def own(self, path: Path) -> None:
        """Change the owner of ``path``, which we created, to this account."""
        if self.is_other:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


@cache
def servers_account() -> Account:
    """The account of the servers; raises :class:`EmbeddedServerError`."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise EmbeddedServerError(
            "PostgreSQL does not run as root, and this machine has no user nobody. "
            "Run as an ordinary user, or set DATABASE_URL and REDIS_URL."
        ) from None
    return Account(nobody.pw_uid, nobody.pw_gid)
