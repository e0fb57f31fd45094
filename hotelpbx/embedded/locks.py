"""Locks between processes that the kernel releases when their holder dies.

A lock belongs to the open file: children that are forked, or that are passed the file descriptor,
hold it too, and it ends when the last of them has closed it.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SHARED = fcntl.LOCK_SH
EXCLUSIVE = fcntl.LOCK_EX


def hold(path: Path, kind: int) -> int:
    """Wait for the lock on ``path``; closing the returned descriptor releases it."""
    descriptor = _open(path)
    fcntl.flock(descriptor, kind)
    return descriptor


def try_hold(path: Path, kind: int) -> int | None:
    """The lock on ``path`` as by :func:`hold`, or None at once if another process holds it."""
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
