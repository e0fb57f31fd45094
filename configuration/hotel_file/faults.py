"""Faults of a hotel file, reported all at once, each with file, table, key and reason."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing to correct.

    :param table: as it stands in the file, e.g. ``[[rooms]] 203``; empty for the file as a whole
    :param key: empty if the table as a whole is meant
    :param reason: a sentence that begins with the key: "must be …"
    """

    file: str
    table: str
    key: str
    reason: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.table, self.key, self.reason) if part)


class HotelFileFaults(Exception):
    """A hotel file that was rejected as a whole. ``str()`` is one line per fault."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))
