"""Become a shell command that has a socket: ``python with_socket.py DESCRIPTOR COMMAND``.

The socket is handed over as systemd does it (sd_listen_fds(3)), which gunicorn understands.
"""

import os
import sys

_FIRST = 3


def main() -> None:
    """Put the socket where it is expected, and become the command."""
    descriptor, command = int(sys.argv[1]), sys.argv[2]
    os.dup2(descriptor, _FIRST)
    if descriptor != _FIRST:
        os.close(descriptor)
    environ = {**os.environ, "LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1"}
    os.execve("/bin/sh", ["/bin/sh", "-c", f"exec {command}"], environ)  # noqa: S606 (our own)


if __name__ == "__main__":
    main()
