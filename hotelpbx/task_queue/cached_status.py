"""The cached state of the broker, for pages that refresh every few seconds."""

import threading
import time
from typing import Final

from django.conf import settings

from hotelpbx.task_queue import broker

_KEPT: Final = 5.0  # seconds
_asking = threading.Lock()
_last: tuple[str, float, bool] = ("", 0.0, True)


def cached_broker_status() -> bool:
    """As :func:`.broker.is_reachable`, but each process asks at most every few seconds.

    If the broker hangs, one thread waits a second for it, and the others use the last answer.
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
