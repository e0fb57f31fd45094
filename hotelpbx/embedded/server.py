"""The base class of the two embedded servers.

A server has its own directory and a keeper (:mod:`.keeper`), a small process that outlives the
process that started it. Four locks in that directory hold the state for the processes of a
checkout, and the kernel releases them even after ``kill -9``:

``start.lock``
    held while a process starts or stops the server: one at a time;
``users.lock``
    held shared by every process that uses the server. The keeper waits for it exclusively: when
    it gets it, the server is unused, and it stops it;
``alive.lock``
    held by the keeper, the server and the server's children. While it is held, nothing else may
    touch the data; when it is free, a pid file found there is stale, whatever number it has;
``keeper.lock``
    held by the keeper, which writes its own pid and the server's into it.

::

    hotelpbx ─┬─ users.lock ◁── waits ── keeper ── starts, reaps ──▷ postgres | redis-server
    manage.py ┘                             └───────── alive.lock ─────────┘
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path
from typing import ClassVar, Final

from hotelpbx.embedded import locks, places
from hotelpbx.embedded.account import Account, servers_account
from hotelpbx.embedded.errors import EmbeddedServerError

START_SECONDS: Final = 60.0
STOP_SECONDS: Final = 20.0
_POLL_SECONDS: Final = 0.02
# What fits into a socket's address on every system (Linux 107 bytes, macOS 103).
_LONGEST_SOCKET_PATH: Final = 103


class Server(ABC):
    """An embedded server in ``directory``; any number of processes may use it.

    :param directory: created if necessary; its parent must exist
    :param throw_away: for tests: fast rather than safe, and removed with its last user
    """

    kind: ClassVar[str]
    socket_name: ClassVar[str]
    stop_signal: ClassVar[signal.Signals]

    def __init__(self, directory: Path, *, throw_away: bool = False) -> None:
        self.directory = directory
        self.throw_away = throw_away
        self.account: Account = servers_account()
        self._use: int | None = None
        self._keeper: subprocess.Popen[bytes] | None = None

    @property
    @abstractmethod
    def url(self) -> str:
        """The URL of the started server, for the settings."""

    @staticmethod
    @abstractmethod
    def find_programs() -> None:
        """Raise :class:`EmbeddedServerError` if the wheel is missing."""

    @abstractmethod
    def prepare(self, alive: int) -> None:
        """Prepare the data; programs run for that are passed the descriptor ``alive``."""

    @abstractmethod
    def command(self) -> list[str | Path]:
        """The program and its arguments."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether the server accepts connections now."""

    @property
    def socket_directory(self) -> Path:
        """The directory of the server's socket, possibly behind a symbolic link."""
        link = self.directory / "run"
        return link.readlink() if link.is_symlink() else link

    def start(self) -> None:
        """Use the server: start it unless it is running, return when it answers.

        Raises :class:`EmbeddedServerError` with the end of its log.
        """
        with suppress(FileExistsError):
            places.make_directory(self.directory)
        if self._use is None:
            self._use = locks.hold(self.directory / "users.lock", locks.SHARED)
        with locks.held(self.directory / "start.lock"):
            self._start()

    def release(self) -> None:
        """Release the server; the last user waits until it has stopped."""
        if self._use is None:
            return
        os.close(self._use)
        self._use = None
        if self._is_used():
            return
        self._wait_for_end()
        if self.throw_away:
            self.remove()

    def stop(self) -> None:
        """Stop the server now, even if it is used; ``start`` starts it again."""
        self._end(0, signal.SIGTERM)

    def kill(self) -> None:
        """Kill the server as a power cut would (SIGKILL); ``start`` starts it again."""
        self._end(1, signal.SIGKILL)

    def remove(self) -> None:
        """Remove all files of the server, which must not run, and its home with the last one."""
        for directory in (self.socket_directory, self.directory):
            shutil.rmtree(directory, ignore_errors=True)
        with suppress(OSError):
            self.directory.parent.rmdir()

    def log_tail(self, lines: int = 8) -> str:
        """The end of the server's log."""
        text = (self.directory / "log").read_text(errors="replace")
        return "\n".join(text.splitlines()[-lines:])

    def _is_alive(self) -> bool:
        try:
            return not locks.is_free(self.directory / "alive.lock", locks.EXCLUSIVE)
        except FileNotFoundError:  # removed by its keeper
            return False

    def _is_used(self) -> bool:
        """Whether others use it; if the keeper holds the lock, nobody does."""
        users = self.directory / "users.lock"
        try:
            return not locks.is_free(users, locks.EXCLUSIVE) and locks.is_free(users, locks.SHARED)
        except FileNotFoundError:
            return False

    def _start(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        tried = False
        while not self.answers():
            alive = locks.try_hold(self.directory / "alive.lock", locks.EXCLUSIVE)
            if alive is not None:
                try:
                    if tried:
                        raise self._did_not_start()
                    self._spawn_keeper(alive)
                finally:
                    os.close(alive)
                tried = True
            elif time.monotonic() > deadline:
                raise self._did_not_start()
            time.sleep(_POLL_SECONDS)

    def _did_not_start(self) -> EmbeddedServerError:
        return EmbeddedServerError(
            f"The embedded {self.kind} in {self.directory} did not start. "
            f"The end of its log:\n{self.log_tail()}"
        )

    def _spawn_keeper(self, alive: int) -> None:
        self._reap_keeper()
        self._make_socket_directory()
        log = os.open(
            self.directory / "log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600
        )
        arguments = [self.kind, str(self.directory), str(int(self.throw_away)), str(alive)]
        try:
            self._keeper = subprocess.Popen(  # noqa: S603 - ourselves
                [sys.executable, "-m", "hotelpbx.embedded.keeper", *arguments],
                cwd=places.CHECKOUT,
                pass_fds=[alive],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        finally:
            os.close(log)

    def _make_socket_directory(self) -> None:
        link = self.directory / "run"
        if link.is_dir() and link.stat().st_uid == self.account.uid:
            for stale in link.iterdir():
                stale.unlink()
            return
        link.unlink(missing_ok=True)
        path = os.fsencode(link / self.socket_name)
        if len(path) <= _LONGEST_SOCKET_PATH and b"," not in path:
            link.mkdir(mode=0o700)
            self.account.own(link)
            return
        # The path is too long, or libpq would take it for several. TMPDIR may be no better.
        short = Path(tempfile.mkdtemp(prefix="hotelpbx-", dir="/tmp"))
        self.account.own(short)
        link.symlink_to(short)

    def _end(self, which: int, how: signal.Signals) -> None:
        """Signal the keeper (``which`` 0) or the server (1), and wait for the end of both."""
        with locks.held(self.directory / "start.lock"):
            keeper = self.directory / "keeper.lock"
            if not locks.is_free(keeper, locks.EXCLUSIVE):
                pid = int(keeper.read_text().split()[which])
                with suppress(ProcessLookupError):
                    os.kill(pid, how)
            self._wait_for_end()

    def _wait_for_end(self) -> None:
        deadline = time.monotonic() + STOP_SECONDS + 5
        while self._is_alive():
            if time.monotonic() > deadline:
                raise EmbeddedServerError(
                    f"The embedded {self.kind} in {self.directory} did not stop. "
                    f"The end of its log:\n{self.log_tail()}"
                )
            time.sleep(_POLL_SECONDS)
        self._reap_keeper()

    def _reap_keeper(self) -> None:
        """Reap a keeper that we started and that has ended."""
        if self._keeper is not None:
            self._keeper.wait()
            self._keeper = None
