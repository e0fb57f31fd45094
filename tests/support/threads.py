"""Runs code in another thread, with a database connection of its own."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from django.db import connection, connections

from hotelpbx.processes.running import wait_until

T = TypeVar("T")


def begin(act: Callable[[], T]) -> Future[T]:
    """Have ``act`` done meanwhile; ``result`` waits for what it returns or raises."""

    def closing() -> T:
        try:
            return act()
        finally:
            connections.close_all()

    pool = ThreadPoolExecutor(1)
    try:
        return pool.submit(closing)
    finally:
        pool.shutdown(wait=False)


def in_another_thread(act: Callable[[], T]) -> T:
    """What ``act`` returns or raises."""
    return begin(act).result(timeout=60)


def until_somebody_waits() -> None:
    """Until another transaction waits for a lock."""

    def waits() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            return bool(cursor.fetchone()[0])

    wait_until(waits, 10, "somebody who waits for a lock")
