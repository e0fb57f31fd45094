"""Faults that can be injected, for some requests or until they are cleared."""

import fnmatch
import threading
from dataclasses import asdict, dataclass
from typing import Any, Final

KINDS: Final = (
    "drop_before",  # the connection breaks before the PBX acts
    "drop_after",  # the PBX acts, and its answer is lost
    "delay",  # the answer takes ``value`` seconds
    "status",  # HTTP status ``value`` instead of an answer, without acting
    "garbage",  # an answer that is not JSON, without acting
    "errno",  # the error number ``value``, without acting
)


@dataclass
class Fault:
    """``path``: a pattern like ``wakeupcall/*``; ``times``: for how many requests, 0: all.

    Raises :class:`ValueError` for an unknown kind and for a value that does not fit it.
    """

    kind: str
    path: str = "*"
    value: str = ""
    times: int = 1

    def __post_init__(self) -> None:
        self.value, self.times = str(self.value), int(self.times)
        if self.kind not in KINDS:
            raise ValueError(f"choose one of {', '.join(KINDS)}")
        if self.kind in ("status", "errno") and not self.value.isdigit():
            raise ValueError(f"{self.kind} needs a number as its value")
        if self.kind == "delay" and float(self.value) < 0:
            raise ValueError("delay needs seconds as its value")


class Faults:
    """The injected faults, in order; the first that matches a request is applied."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Inject a fault."""
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Remove all faults."""
        with self._lock:
            self._faults.clear()

    def match(self, path: str) -> Fault | None:
        """The fault to apply to a request to ``path``, if any."""
        with self._lock:
            for fault in self._faults:
                if fnmatch.fnmatchcase(path, fault.path):
                    if fault.times == 1:
                        self._faults.remove(fault)
                    elif fault.times:
                        fault.times -= 1
                    return fault
        return None

    def shown(self) -> list[dict[str, Any]]:
        """For the control page."""
        with self._lock:
            return [asdict(fault) for fault in self._faults]
