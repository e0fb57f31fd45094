"""Execute a shell command with a socket: ``python with_socket.py DESCRIPTOR COMMAND``.

The socket is passed as by systemd (sd_listen_fds(3)), which gunicorn supports.
"""

import os
import sys

_FIRST = 3


def main() -> None:
    """Move the socket to the expected descriptor and execute the command."""
    descriptor, command = int(sys.argv[1]), sys.argv[2]
    os.dup2(descriptor, _FIRST)
    if descriptor != _FIRST:
        os.close(descriptor)
    environ = {**os.environ, "LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1"}
    os.execve("/bin/sh", ["/bin/sh", "-c", f"exec {command}"], environ)  # noqa: S606 (our own)


if __name__ == "__main__":
    main()
