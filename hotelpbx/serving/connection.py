"""A connection, from the first byte to the last."""

import contextlib
import socket
import time
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from hotelpbx.serving.arriving import Arriving

# One part of an answer must have gone within this time; a download has as many parts as it needs.
_SEND_SECONDS: Final = 30.0
_PART: Final = 64 * 1024


class Wire(socket.socket):
    """A socket that sends in parts: the time limit holds for each, not for a whole download."""

    @classmethod
    def of(cls, other: socket.socket) -> "Wire":
        """Take over what ``other`` is connected to."""
        return cls(other.family, other.type, other.proto, fileno=other.detach())

    def sendall(self, data: Any, flags: int = 0, /) -> None:
        """Send all of ``data``; raises ``TimeoutError`` when a part of it does not go."""
        view = memoryview(data)
        for start in range(0, len(view), _PART):
            super().sendall(view[start : start + _PART], flags)


class Phase(Enum):
    """What a connection that no thread works for is waiting for."""

    IDLE = 1  # a request that may come
    ARRIVING = 2  # the rest of a request
    LEAVING = 3  # the other side's end, so that our answer is not lost on the way


@dataclass(eq=False)
class Connection:
    """``deadline`` is monotonic."""

    sock: Wire
    client: Any
    server: Any
    arriving: Arriving
    phase: Phase = Phase.IDLE
    deadline: float = 0.0
    looked_at: bool = False

    @property
    def peer(self) -> str:
        """The address at the other end; empty for a local socket."""
        return str(self.client[0]) if isinstance(self.client, tuple) else ""

    def head(self) -> dict[str, str]:
        """What a WSGI environment will say of the request, as far as it matters before its body."""
        request = self.arriving.request
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

    def work(self) -> None:
        """A thread takes over."""
        self.sock.settimeout(_SEND_SECONDS)

    def say(self, text: bytes) -> None:
        """Send a short text without waiting; whoever does not read it does without."""
        with contextlib.suppress(OSError):
            self.sock.send(text)

    def end_answer(self) -> bool:
        """Tell the other side that nothing more comes; False when it is gone already."""
        try:
            self.sock.shutdown(socket.SHUT_WR)
        except OSError:
            return False
        return True

    def close(self) -> None:
        """The end."""
        self.arriving.close()
        with contextlib.suppress(OSError):
            self.sock.close()
