"""Locks between processes that the kernel gives back when their holder dies, however it dies.

A lock belongs to the open file: it passes to children that are forked, or that are handed the
file descriptor, and it ends when the last of them has closed it.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SHARED = fcntl.LOCK_SH
EXCLUSIVE = fcntl.LOCK_EX


def hold(path: Path, kind: int) -> int:
    """Wait for the lock on ``path``; closing the returned descriptor gives it up."""
    descriptor = _open(path)
    fcntl.flock(descriptor, kind)
    return descriptor


def try_hold(path: Path, kind: int) -> int | None:
    """The lock on ``path`` as by :func:`hold`, or None at once when another is in the way."""
    descriptor = _open(path)
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def is_free(path: Path, kind: int) -> bool:
    """Whether :func:`try_hold` would succeed now."""
    descriptor = try_hold(path, kind)
    if descriptor is None:
        return False
    os.close(descriptor)
    return True


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock on ``path`` exclusively inside the block."""
    descriptor = hold(path, EXCLUSIVE)
    try:
        yield
    finally:
        os.close(descriptor)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
