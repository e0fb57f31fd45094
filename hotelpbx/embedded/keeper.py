"""The keeper process of one embedded server: starts it, reaps it, and stops it when unused.

``python -m hotelpbx.embedded.keeper KIND DIRECTORY THROW_AWAY ALIVE`` is run by
:class:`~hotelpbx.embedded.server.Server` alone; ``ALIVE`` is the descriptor that holds
``alive.lock``. Its output is written to the server's log.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from hotelpbx.embedded import KINDS, locks
from hotelpbx.embedded.errors import EmbeddedServerError
from hotelpbx.embedded.server import STOP_SECONDS, Server
from hotelpbx.processes.running import ends_with_parent


class Keeper:
    """Keeps ``server``; ``alive`` is the descriptor that holds its ``alive.lock``."""

    def __init__(self, server: Server, alive: int) -> None:
        self._server = server
        self._alive = alive
        self._unused = False

    def run(self) -> None:
        """Run the server until it ends, until SIGTERM, or until it is unused."""
        lock = locks.hold(self._server.directory / "keeper.lock", locks.EXCLUSIVE)
        self._server.prepare(self._alive)
        child = subprocess.Popen(  # noqa: S603 - a program of the wheels
            self._server.command(),
            cwd=self._server.directory,
            stdin=subprocess.DEVNULL,
            pass_fds=[self._alive],
            preexec_fn=ends_with_parent(self._server.stop_signal),
            **self._server.account.spawning(),
        )
        self._child = child
        signal.signal(signal.SIGTERM, lambda *_: self._in_background(self._stop))
        os.truncate(lock, 0)
        os.write(lock, f"{os.getpid()} {child.pid}\n".encode())
        self._in_background(self._stop_when_unused)
        child.wait()
        if self._unused and self._server.throw_away:
            self._server.remove()

    def _stop_when_unused(self) -> None:
        # Held from here to the end of this process: a new user waits, then starts a new server.
        locks.hold(self._server.directory / "users.lock", locks.EXCLUSIVE)
        self._unused = True
        self._stop()

    def _stop(self) -> None:
        self._child.send_signal(self._server.stop_signal)
        try:
            self._child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()

    @staticmethod
    def _in_background(work: Callable[[], None]) -> None:
        threading.Thread(target=work, daemon=True).start()


def main() -> None:
    kind, directory, throw_away, alive = sys.argv[1:]
    server = KINDS[kind](Path(directory), throw_away=throw_away == "1")
    try:
        Keeper(server, int(alive)).run()
    except EmbeddedServerError as fault:
        sys.exit(str(fault))


if __name__ == "__main__":
    main()
