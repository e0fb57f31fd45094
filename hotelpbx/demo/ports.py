"""Ports that are held as soon as they are chosen, so that no other program can take them."""

import errno
import socket
from typing import Final

from hotelpbx.environment.variables import VariableFault, value_of

_BACKLOG: Final = 64


def take(host: str, usual: int, variable: str = "") -> socket.socket:
    """A socket that listens at ``host``: on the port of ``variable``, else the usual one, else a
    free one.

    It listens from now on, so that two processes cannot choose the same port.

    Raises ``RuntimeError`` if the port of ``variable`` is not available.
    """
    wanted = _wanted(variable)
    if wanted:
        try:
            return _listen(host, wanted)
        except OSError as fault:
            raise RuntimeError(
                f"Port {wanted} of {variable} is not available: {fault.strerror}. "
                f"Set {variable} to another port, or unset it to use a free one."
            ) from None
    try:
        return _listen(host, usual)
    except OSError as fault:
        if fault.errno != errno.EADDRINUSE:
            raise
        return _listen(host, 0)


def port_of(held: socket.socket) -> int:
    """The port of a listening socket."""
    port: int = held.getsockname()[1]
    return port


def _wanted(variable: str) -> int:
    try:
        text = value_of(variable).strip() if variable else ""
    except VariableFault as fault:
        raise RuntimeError(str(fault)) from None
    if not text:
        return 0
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise RuntimeError(f"{variable} must be a port number from 1 to 65535, not {text!r}.")
    return int(text)


def _listen(host: str, port: int) -> socket.socket:
    held = socket.socket()
    try:
        # Recently closed connections do not block the port.
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind((host, port))
        held.listen(_BACKLOG)
    except OSError:
        held.close()
        raise
    return held
