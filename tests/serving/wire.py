"""Raw requests that no HTTP library would send."""

import re
import socket
from dataclasses import dataclass

PATIENCE = 20.0


@dataclass(frozen=True)
class Answer:
    status: int
    head: str
    body: bytes


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)


def ask(port: int, *parts: bytes) -> Answer:
    """Send ``parts`` separately; read one response."""
    with connect(port) as connection:
        for part in parts:
            connection.sendall(part)
        return read_answer(connection)


def read_answer(connection: socket.socket) -> Answer:
    """One response with a Content-Length, past any "100 Continue"."""
    received = b""
    while True:
        head, end, body = received.partition(b"\r\n\r\n")
        if end and head.startswith(b"HTTP/1.1 100"):
            received = body
            continue
        length = re.search(rb"(?i)content-length: (\d+)", head)
        if end and len(body) >= int(length[1] if length else 0):
            return Answer(int(head.split()[1]), head.decode("latin-1"), body)
        part = connection.recv(65536)
        if not part:
            raise AssertionError(f"The connection ended after {received!r}")
        received += part


def post(path: str, *headers: str, body: bytes = b"") -> bytes:
    # To the receiver the Host with a space, as the PBX sends it (L421).
    host = "192.168.5.150: 8260" if path.startswith("/reports/") else "localhost"
    lines = [f"POST {path} HTTP/1.1", f"Host: {host}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def chunked(body: bytes, size: int = 7) -> bytes:
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
