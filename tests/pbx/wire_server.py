"""A real HTTP server on loopback that misbehaves as requested."""

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[[BaseHTTPRequestHandler], None]

#: No test waits this long: a handler that is left hanging lets go then.
PATIENCE = 10.0


@dataclass
class Seen:
    """A request as received."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class WireServer:
    """A running server: its address and the requests that it got."""

    port: int
    asked: list[Seen] = field(default_factory=list)
    #: Set when the test is over.
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def serving(answer: Answer, tls: ssl.SSLContext | None = None) -> Iterator[WireServer]:
    """Serve every request with ``answer``; over TLS when given a context."""

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            server.asked.append(Seen(self.command, self.path, dict(self.headers), body))
            answer(self)

        do_GET = do_POST = _serve

        def log_message(self, format: str, *args: object) -> None:
            """Log nothing."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that hangs up is part of the test."""

    with Quiet(("127.0.0.1", 0), Handler) as http:
        server = WireServer(http.server_address[1])
        if tls is not None:
            http.socket = tls.wrap_socket(http.socket, server_side=True)
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            http.shutdown()
            thread.join(PATIENCE)


def text(body: bytes | str, status: int = 200, **headers: str) -> Answer:
    """A well-formed answer."""
    content = body.encode() if isinstance(body, str) else body

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def raw(content: bytes) -> Answer:
    """Send raw bytes, then close the connection."""
    return lambda handler: void(handler.wfile.write(content))


def reset(handler: BaseHTTPRequestHandler) -> None:
    """Reset the connection."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def void(_: object) -> None:
    """Nothing."""


@contextmanager
def listening(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """A bare listener whose first connection goes to ``serve``; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(PATIENCE)

        def accept() -> None:
            try:
                connection = listener.accept()[0]
            except OSError:
                return
            with connection:
                serve(connection)

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            thread.join(PATIENCE)
