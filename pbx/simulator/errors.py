"""Errors of the simulated PBX."""


class Refused(Exception):
    """A request that fails with an error number of the manual (L6554-L6618)."""

    def __init__(self, errno: str) -> None:
        super().__init__(errno)
        self.errno = errno
