"""The embedded Redis: Celery's broker and a cache, deliberately without persistence.

Like PostgreSQL it listens on a Unix socket only, in a directory for its own user.
"""

import shutil
import signal
import socket
from pathlib import Path
from urllib.parse import quote

from hotelpbx.embedded import wheels
from hotelpbx.embedded.server import Server


class RedisServer(Server):
    """The broker; ``url`` is for ``REDIS_URL``."""

    kind = "redis"
    socket_name = "redis.sock"
    stop_signal = signal.SIGTERM

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self._socket))}?db=0"

    @property
    def _socket(self) -> Path:
        return self.socket_directory / self.socket_name

    @staticmethod
    def find_programs() -> None:
        wheels.redis_program()

    def prepare(self, alive: int) -> None:
        data = self.directory / "data"
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir(mode=0o700)
        self.account.own(data)

    def command(self) -> list[str | Path]:
        return [
            wheels.redis_program(),
            *("--port", "0", "--unixsocket", self._socket, "--unixsocketperm", "700"),
            *("--save", "", "--appendonly", "no", "--dir", self.directory / "data"),
        ]

    def answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            try:
                connection.connect(str(self._socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(7) == b"+PONG\r\n"
            except OSError:
                return False
