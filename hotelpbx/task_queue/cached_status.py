"""Did the broker answer a moment ago? For what many open pages look at every few seconds."""

import threading
import time
from typing import Final

from django.conf import settings

from hotelpbx.task_queue import broker

_KEPT: Final = 5.0  # seconds
_asking = threading.Lock()
_last: tuple[str, float, bool] = ("", 0.0, True)


def cached_broker_status() -> bool:
    """As :func:`.broker.is_reachable`, but asked every few seconds at most by each process.

    A broker that hangs takes a second to tell: while one thread waits for it, the others go by
    its last answer.
    """
    global _last
    url, at, answer = _last
    fresh = url == settings.REDIS_URL and time.monotonic() - at < _KEPT
    if fresh or not _asking.acquire(blocking=False):
        return answer
    try:
        answer = broker.is_reachable()
        _last = (settings.REDIS_URL, time.monotonic(), answer)
    finally:
        _asking.release()
    return answer
