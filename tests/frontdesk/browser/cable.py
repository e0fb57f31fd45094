"""What lies between a browser and the server, and can be pulled out."""

import contextlib
import socket
import threading
from types import TracebackType
from typing import Final, Self

_PIECE: Final = 65536


class Cable:
    """Passes bytes on between its own port and the server's; may be cut, or silent."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._silent = threading.Event()
        self._open: set[socket.socket] = set()
        self._listener = self._listen(0)
        self.port: Final[int] = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.cut()

    def cut(self) -> None:
        """As if the server were stopped: whoever comes is refused."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for each in list(self._open):
            _close(each)

    def mend(self) -> None:
        """The server is there again, at the same port."""
        self._silent.clear()
        self._listener = self._listen(self.port)

    def fall_silent(self) -> None:
        """Whoever comes is let in and hears nothing more."""
        self._silent.set()

    def speak(self) -> None:
        """No longer silent to whoever comes now."""
        self._silent.clear()

    def _listen(self, port: int) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", port), backlog=64)
        threading.Thread(target=self._serve, args=(listener,), daemon=True).start()
        return listener

    def _serve(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                near = listener.accept()[0]
                far = socket.create_connection(("127.0.0.1", self._to))
                self._open |= {near, far}
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := one.recv(_PIECE):
                if self._silent.is_set():
                    continue
                other.sendall(piece)
        for each in (one, other):
            _close(each)
            self._open.discard(each)


def _close(each: socket.socket) -> None:
    with contextlib.suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
    each.close()
