"""The processes of the Procfile that reports pass through, and sending reports to them."""

import http.client
import os
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue

from hotelpbx.processes.running import Supervisor, read_procfile, wait_until

CHECKOUT = Path(__file__).resolve().parents[2]
# How many seconds the receiver's clock is ahead for late repetitions.
LATER = 3600
_CONNECTIONS = 8


@contextmanager
def workers(environ: dict[str, str], logs: Path) -> Iterator[Supervisor]:
    """Run worker and beat."""
    found = read_procfile(CHECKOUT / "Procfile")
    commands = {name: found[name].replace("INFO", "WARNING") for name in ("worker", "beat")}
    with Supervisor(commands, environ, logs, cwd=CHECKOUT) as processes:
        yield processes


@contextmanager
def receiver(environ: dict[str, str], logs: Path, port: int, offset: int = 0) -> Iterator[int]:
    """Run the receiver, its clock ``offset`` seconds ahead; yields its process group."""
    command = read_procfile(CHECKOUT / "Procfile")["receiver"]
    own = {**environ, "REPORT_PORT": str(port), "HOTELPBX_CLOCK_OFFSET": str(offset)}
    with Supervisor({f"receiver-{offset}": command}, own, logs, cwd=CHECKOUT) as processes:
        wait_until(lambda: _lives(port), 60, "the receiver")
        yield processes.pid(f"receiver-{offset}")


def seconds_of_cpu(group: int) -> float:
    """The CPU seconds used by a process group so far; 0 without /proc."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            words = stat.read_text().rpartition(")")[2].split()
            if int(words[2]) == group:
                ticks += int(words[11]) + int(words[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _lives(port: int) -> bool:
    try:
        return _Line(port, "/healthz").ask("GET", b"") == 200
    except OSError:
        return False


def send(port: int, path: str, bodies: Sequence[bytes]) -> float:
    """POST all bodies, several at a time, each until it is answered 200; returns the seconds."""
    waiting: SimpleQueue[bytes] = SimpleQueue()
    for body in bodies:
        waiting.put(body)
    faults: list[BaseException] = []
    threads = [
        threading.Thread(target=_send_from, args=(waiting, port, path, faults))
        for _ in range(_CONNECTIONS)
    ]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return time.monotonic() - began


def _send_from(
    waiting: "SimpleQueue[bytes]", port: int, path: str, faults: list[BaseException]
) -> None:
    line = _Line(port, path)
    try:
        while True:
            line.send(waiting.get_nowait())
    except Empty:
        pass
    except BaseException as fault:
        faults.append(fault)
    finally:
        line.close()


class _Line:
    """A persistent connection, as a PBX might have."""

    def __init__(self, port: int, path: str) -> None:
        self._path = path
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def send(self, body: bytes) -> None:
        """Repeat until it is answered 200, as the PBX does (L348)."""
        for _ in range(20):
            try:
                if self.ask("POST", body) == 200:
                    return
            except (http.client.HTTPException, OSError):
                pass  # lost, so sent again
            self.close()
            time.sleep(0.05)
        raise RuntimeError("The receiver does not take a report.")

    def ask(self, method: str, body: bytes) -> int:
        self._connection.request(
            method, self._path, body, {"Content-Type": "application/json", "User-Agent": "WebAPI"}
        )
        answer = self._connection.getresponse()
        answer.read()
        return answer.status

    def close(self) -> None:
        self._connection.close()


def environment() -> dict[str, str]:
    """An environment independent of the machine's; DATABASE_URL and REDIS_URL are added later."""
    for name in ("DATABASE_URL", "REDIS_URL", "DATABASE_URL_FILE", "REDIS_URL_FILE"):
        os.environ.pop(name, None)
    os.environ.update(SECRET_KEY="for this run only, and long enough", DEBUG="on")
    os.environ["DJANGO_SETTINGS_MODULE"] = "hotelpbx.settings"
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return dict(os.environ)
