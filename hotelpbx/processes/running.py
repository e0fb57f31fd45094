"""Run the processes of the ``Procfile`` and leave none behind."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType, TracebackType
from typing import Final, NoReturn, Self, TextIO, TypeVar

T = TypeVar("T")

_POLL_SECONDS: Final = 0.05
_WITH_SOCKET: Final = Path(__file__).parent / "with_socket.py"
_PR_SET_PDEATHSIG: Final = 1  # linux/prctl.h
_STOPPING_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ProcessEnded(Exception):
    """A process has ended unexpectedly; the text has the end of its output."""


def free_port() -> int:
    """A TCP port that is free at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(condition: Callable[[], T], timeout: float, what: str) -> T:
    """Poll ``condition`` until it is true and return its value.

    :param timeout: seconds
    :param what: the condition in words, for the :class:`TimeoutError`
    """
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError(f"Waited {timeout:g} s in vain for {what}.")
        time.sleep(_POLL_SECONDS)


def ends_with_parent(how: signal.Signals) -> Callable[[], None] | None:
    """A ``preexec_fn`` that has the child signalled ``how`` when its parent dies, on Linux.

    "Parent" is the thread that starts the child, so it must be one that keeps running.
    """
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def ask_for_signal() -> None:
        prctl(_PR_SET_PDEATHSIG, how)
        if os.getppid() != parent:  # it died before we asked
            os.kill(os.getpid(), how)

    return ask_for_signal


@contextmanager
def exit_on_signals() -> Iterator[None]:
    """Turn SIGTERM and SIGHUP into :class:`SystemExit`, so that ``finally`` and ``with`` work."""

    def leave(number: int, _: FrameType | None) -> NoReturn:
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def read_procfile(path: Path) -> dict[str, str]:
    """The shell commands of a ``Procfile`` by process name, in its order."""
    commands = {}
    for line in path.read_text().splitlines():
        name, colon, command = line.partition(":")
        if colon and not line.startswith("#"):
            commands[name.strip()] = command.strip()
    return commands


class Supervisor:
    """Runs shell commands, each in its own session, with its output in ``NAME.log``.

    A process that is terminated ends its children itself; the rest of its process group is then
    killed. If the supervisor itself is killed, the processes are terminated (on Linux).

    ::

        with exit_on_signals(), Supervisor(read_procfile(path), env, logs) as processes:
            wait_until(answers, 30, "the front desk")
            while True:
                processes.check()

    :param env: the complete environment of the processes
    :param log_directory: must exist
    :param cwd: where the processes run; default: here
    :param echo: also write all output there, each line with the process's name before it
    :param sockets: by process name: a listening socket for it to use
    """

    def __init__(
        self,
        commands: Mapping[str, str],
        env: Mapping[str, str],
        log_directory: Path,
        *,
        cwd: Path | None = None,
        echo: TextIO | None = None,
        sockets: Mapping[str, socket.socket] | None = None,
    ) -> None:
        self._commands = dict(commands)
        self._sockets = dict(sockets or {})
        self._env = dict(env)
        self._log_directory = log_directory
        self._cwd = cwd
        self._echo = _Echo(echo) if echo else None
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        try:
            for name in self._commands:
                self.log(name).write_bytes(b"")
                self.start(name)
            if self._echo:
                self._echo.start({name: self.log(name) for name in self._commands})
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def names(self) -> list[str]:
        """Of all processes, in their order."""
        return list(self._commands)

    def log(self, name: str) -> Path:
        """The file with the output of the process ``name``."""
        return self._log_directory / f"{name}.log"

    def pid(self, name: str) -> int:
        """The process id of ``name``, which is also the id of its group and session."""
        return self._running[name].pid

    def start(self, name: str) -> None:
        """Start one process, after :meth:`kill` or :meth:`stop_one`."""
        with self.log(name).open("ab") as log:
            self._running[name] = subprocess.Popen(  # noqa: S603 - our own commands
                self._start_of(name),
                pass_fds=[self._sockets[name].fileno()] if name in self._sockets else [],
                cwd=self._cwd,
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=ends_with_parent(signal.SIGTERM),
            )

    def _start_of(self, name: str) -> list[str]:
        if name not in self._sockets:
            return ["/bin/sh", "-c", f"exec {self._commands[name]}"]
        descriptor = str(self._sockets[name].fileno())
        return [sys.executable, str(_WITH_SOCKET), descriptor, self._commands[name]]

    def kill(self, name: str) -> None:
        """``kill -9`` one process with all its children."""
        self._reap(self._running.pop(name), grace=0)

    def stop_one(self, name: str, grace: float = 10) -> None:
        """Ask one process to end; kill what is left of it after ``grace`` seconds."""
        process = self._running.pop(name)
        process.terminate()
        self._reap(process, grace)

    def restart(self, *names: str, grace: float = 10) -> None:
        """Stop processes, all at the same time, then start them; one may have ended already."""
        self._end([self._running.pop(name) for name in names], grace)
        for name in names:
            self.start(name)

    def ended(self) -> set[str]:
        """The processes that have ended by themselves."""
        return {name for name, process in self._running.items() if process.poll() is not None}

    def check(self) -> None:
        """Raise :class:`ProcessEnded` if a process has ended."""
        for name, process in self._running.items():
            status = process.poll()
            if status is not None:
                how = f"by {signal.Signals(-status).name}" if status < 0 else f"with {status}"
                raise ProcessEnded(f"{name} ended {how}. The end of its output:\n{self.tail(name)}")

    def tail(self, name: str, lines: int = 20) -> str:
        """The end of the output of one process."""
        text = self.log(name).read_text(errors="replace")
        return "\n".join(text.splitlines()[-lines:])

    def stop(self, grace: float = 10) -> None:
        """Ask all processes to end, the last one first; kill what is left after ``grace`` s.

        Signals that would interrupt this are ignored meanwhile.
        """
        with _ignoring_signals():
            leaving = [self._running.pop(name) for name in reversed(list(self._running))]
            self._end(leaving, grace)
            if self._echo:
                self._echo.stop()

    def _end(self, processes: "list[subprocess.Popen[bytes]]", grace: float) -> None:
        for process in processes:
            process.terminate()
        deadline = time.monotonic() + grace
        for process in processes:
            self._reap(process, deadline - time.monotonic())

    @staticmethod
    def _reap(process: "subprocess.Popen[bytes]", grace: float) -> None:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(grace, 0))
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        with suppress(TimeoutError):
            wait_until(lambda: not _group_exists(process.pid), 2, "orphans to be reaped")


class _Echo:
    """Follows log files and writes their lines to one stream, with names before them."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._finished = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, logs: Mapping[str, Path]) -> None:
        self._thread = threading.Thread(target=self._follow, args=(logs,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._finished.set()
        if self._thread:
            self._thread.join()

    def _follow(self, logs: Mapping[str, Path]) -> None:
        width = max(map(len, logs))
        files = {name: log.open(errors="replace") for name, log in logs.items()}
        last = False
        while not last:
            last = self._finished.wait(0.2)
            for name, file in files.items():
                for line in file:
                    self._stream.write(f"{name:{width}} │ {line.rstrip()}\n")
            self._stream.flush()
        for file in files.values():
            file.close()


def _group_exists(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # macOS: only the dead are left
        return False
    return True


@contextmanager
def _ignoring_signals() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in _STOPPING_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
