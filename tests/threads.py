"""Something done in a thread of its own, with its own connection to the database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connections

T = TypeVar("T")


def in_another_thread(act: Callable[[], T]) -> T:
    """What ``act`` returns or raises."""

    def closing() -> T:
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(closing).result(timeout=60)
