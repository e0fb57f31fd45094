"""Named locks held in PostgreSQL (advisory locks).

Locks of a connection serialize work that includes HTTP requests, during which no transaction may
stay open. If a process dies, its connection ends and the lock is released.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable


def _key(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)


@contextmanager
def try_lock(name: str) -> Iterator[bool]:
    """Hold the lock ``name`` inside the block; yields False at once if another holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_key(name)])
        (held,) = cursor.fetchone()
    try:
        yield held
    finally:
        if held:
            _unlock(name)


@contextmanager
def lock(name: str) -> Iterator[None]:
    """Hold the lock ``name`` inside the block, waiting for it without limit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_key(name)])
    try:
        yield
    finally:
        _unlock(name)


def lock_for_transaction(name: str, seconds: float) -> bool:
    """Hold the lock ``name`` until the transaction ends, waiting at most ``seconds``.

    Returns False if another transaction still holds it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_key(name)])
        (held,) = cursor.fetchone()
    return held or (seconds > 0 and _wait_for(name, seconds))


def _wait_for(name: str, seconds: float) -> bool:
    timeout = f"{round(seconds * 1000)}ms"
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('lock_timeout')")
            (usual,) = cursor.fetchone()
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [timeout])
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_key(name)])
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [usual])
    except OperationalError as fault:
        if isinstance(fault.__cause__, LockNotAvailable):
            return False
        raise
    return True


def _unlock(name: str) -> None:
    if connection.connection is None or connection.connection.closed:
        return  # the lock was released with the connection
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [_key(name)])
