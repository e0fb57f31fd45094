"""Locks that PostgreSQL keeps for a connection, not for a transaction.

They serialise work that talks over HTTP, during which no transaction may stay open. A process
that dies loses its connection, and with it the lock.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


def _key(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)


@contextmanager
def try_lock(name: str) -> Iterator[bool]:
    """Hold the lock ``name`` inside the block; yields False at once when another holds it."""
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
    """Hold the lock ``name`` inside the block, waiting for it as long as it takes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_key(name)])
    try:
        yield
    finally:
        _unlock(name)


def _unlock(name: str) -> None:
    if connection.connection is None or connection.connection.closed:
        return  # the lock went with the connection
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [_key(name)])
