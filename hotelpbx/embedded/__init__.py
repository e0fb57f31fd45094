"""PostgreSQL and Redis from wheels, for a machine that has only Python.

Every process (``manage.py``, WSGI, Celery) calls :func:`provide` first. The processes of one
checkout share the servers, which stop with the last of them.
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
    """Set ``DATABASE_URL`` and ``REDIS_URL``, unless they are set, to embedded servers.

    A variable counts as set if it, or its ``_FILE`` variant, has a value. Ends the process with a
    message if a server cannot be started.

    :param throw_away: temporary servers for this process and its children only, fast rather than
        safe, whose files are removed at the end
    :returns: the servers that were started or joined; they are used until :func:`release`
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
    """Release the servers of :func:`provide`; they stop with their last user."""
    while _in_use:
        _in_use.pop().release()
