"""PostgreSQL and Redis from wheels, for a machine that has only Python.

:func:`provide` is called at the door of every process (``manage.py``, WSGI, Celery). The
processes of one checkout share the servers; with the last of them the servers stop.
"""

import atexit
import os
from collections.abc import MutableMapping
from typing import Final

from hotelpbx.embedded import places
from hotelpbx.embedded.errors import EmbeddedServerError
from hotelpbx.embedded.postgres import Postgres
from hotelpbx.embedded.redis_server import RedisServer
from hotelpbx.embedded.server import Server

__all__ = ["KINDS", "EmbeddedServerError", "Postgres", "RedisServer", "provide", "release"]

KINDS: Final[dict[str, type[Server]]] = {"postgres": Postgres, "redis": RedisServer}
_VARIABLES: Final = {"DATABASE_URL": Postgres, "REDIS_URL": RedisServer}

_in_use: list[Server] = []


def provide(
    environ: MutableMapping[str, str] = os.environ, *, throw_away: bool = False
) -> list[Server]:
    """Set ``DATABASE_URL`` and ``REDIS_URL`` where they are not, with servers of our own.

    A variable counts as set when it, or its ``_FILE`` variant, has a value. Ends the process with
    one line where a server cannot be had.

    :param throw_away: new servers for this process and its children alone, fast rather than
        safe, whose files are removed with them
    :returns: the servers that were started or joined; they stay until :func:`release`
    """
    wanted = [
        name for name in _VARIABLES if not environ.get(name) and not environ.get(f"{name}_FILE")
    ]
    if not wanted:
        return []
    atexit.register(release)
    try:
        for name in wanted:
            _VARIABLES[name].find_programs()
        home = places.throw_away_home() if throw_away else places.home()
        servers = [
            _VARIABLES[name](home / _VARIABLES[name].kind, throw_away=throw_away) for name in wanted
        ]
        for name, server in zip(wanted, servers, strict=True):
            server.start()
            _in_use.append(server)
            environ[name] = server.url
    except EmbeddedServerError as fault:
        raise SystemExit(f"hotelpbx: {fault}") from None
    return servers


def release() -> None:
    """Use the servers of :func:`provide` no longer; with their last user they stop."""
    while _in_use:
        _in_use.pop().release()
