"""A client connection and what it is waiting for."""

import contextlib
import socket
import time
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from hotelpbx.serving.incoming_request import IncomingRequest

# Each part of a response must be sent within this time; a download may have any number of parts.
_SEND_SECONDS: Final = 30.0
_PART: Final = 64 * 1024


class PartwiseSocket(socket.socket):
    """A socket that sends in parts: the timeout applies to each part, not to a whole download."""

    @classmethod
    def of(cls, other: socket.socket) -> "PartwiseSocket":
        """Take over the connection of ``other``."""
        return cls(other.family, other.type, other.proto, fileno=other.detach())

    def sendall(self, data: Any, flags: int = 0, /) -> None:
        """Send all of ``data``; raises ``TimeoutError`` when a part of it times out."""
        view = memoryview(data)
        for start in range(0, len(view), _PART):
            super().sendall(view[start : start + _PART], flags)


class Phase(Enum):
    """What a connection without a thread is waiting for."""

    IDLE = 1  # a request that may come
    RECEIVING = 2  # the rest of a request
    CLOSING = 3  # for the client to close, so that the response is not lost


@dataclass(eq=False)
class Connection:
    """A client connection. ``deadline`` is on the monotonic clock."""

    sock: PartwiseSocket
    client: Any
    server: Any
    incoming: IncomingRequest
    phase: Phase = Phase.IDLE
    deadline: float = 0.0
    head_checked: bool = False

    @property
    def peer(self) -> str:
        """The address at the other end; empty for a local socket."""
        return str(self.client[0]) if isinstance(self.client, tuple) else ""

    def head(self) -> dict[str, str]:
        """The part of the request's WSGI environment that a check of its head needs."""
        request = self.incoming.request
        told = [text for name, text in request.headers if name == "X-FORWARDED-FOR"]
        return {
            "REQUEST_METHOD": request.method,
            "PATH_INFO": request.path,
            "REMOTE_ADDR": self.peer,
            "HTTP_X_FORWARDED_FOR": ",".join(told),
        }

    def wait(self, phase: Phase, seconds: float) -> None:
        """Begin a phase that ends after ``seconds`` at the latest."""
        self.sock.setblocking(False)
        self.phase = phase
        self.deadline = time.monotonic() + seconds

    def hand_to_thread(self) -> None:
        """Prepare the socket for the thread that answers the request."""
        self.sock.settimeout(_SEND_SECONDS)

    def send_short(self, text: bytes) -> None:
        """Send a short text without waiting; what does not fit into the buffer is lost."""
        with contextlib.suppress(OSError):
            self.sock.send(text)

    def shut_down_sending(self) -> bool:
        """Signal the end of our data; returns False if the client has closed already."""
        try:
            self.sock.shutdown(socket.SHUT_WR)
        except OSError:
            return False
        return True

    def close(self) -> None:
        """Close the connection and delete the request body."""
        self.incoming.close()
        with contextlib.suppress(OSError):
            self.sock.close()
