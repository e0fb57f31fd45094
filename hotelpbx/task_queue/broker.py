"""Direct requests to Redis, with short timeouts, so that the front desk never waits for it."""

from collections.abc import Iterable
from functools import cache
from typing import Final

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

_PREFIX: Final = "hotelpbx:queued:"
# Seconds after which an untaken message counts as lost; the sweeps run at this interval.
_AT_MOST: Final = 5


def message_key(task: str, args: Iterable[object]) -> str:
    """What makes two messages equal: the task's name and its arguments."""
    return f"{task}:{':'.join(map(str, args))}"


def is_reachable() -> bool:
    """Whether the broker answers within a second."""
    try:
        return bool(_client().ping())
    except (redis.RedisError, OSError):
        return False


def try_mark_queued(message: str) -> bool:
    """Mark a message as queued; returns False if an equal one is marked already.

    Raises ``RedisError`` or ``OSError`` if the broker is unavailable.
    """
    return bool(_client().set(_PREFIX + message, 1, nx=True, ex=_AT_MOST))


def mark_queued(message: str) -> None:
    """Mark a message as queued, because its work is in progress. The mark expires."""
    try:
        _client().set(_PREFIX + message, 1, ex=_AT_MOST)
    except (redis.RedisError, OSError):
        pass  # then a message is sent and finds nothing to do


def clear_queued(message: str) -> None:
    """Remove the mark: a worker has taken the message, so the next one must be sent."""
    try:
        _client().delete(_PREFIX + message)
    except (redis.RedisError, OSError):
        pass  # the mark expires


@cache
def _client() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=1,
        socket_timeout=1,
        retry=Retry(NoBackoff(), 0),
    )
