"""What is asked of Redis directly: quickly, so that nobody at the desk waits for it."""

from collections.abc import Iterable
from functools import cache
from typing import Final

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

_PREFIX: Final = "hotelpbx:queued:"
# Seconds after which a message that nobody took counts as lost; the sweeps come as often.
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
    """Whether no such message waits to be taken already; if so, one is taken to wait from now on.

    Raises ``RedisError`` or ``OSError`` when the broker is away.
    """
    return bool(_client().set(_PREFIX + message, 1, nx=True, ex=_AT_MOST))


def mark_queued(message: str) -> None:
    """Let no such message wait: somebody is at it. Ends by itself."""
    try:
        _client().set(_PREFIX + message, 1, ex=_AT_MOST)
    except (redis.RedisError, OSError):
        pass  # then it comes, and is found needless


def clear_queued(message: str) -> None:
    """A worker has taken the message: the next one is news again."""
    try:
        _client().delete(_PREFIX + message)
    except (redis.RedisError, OSError):
        pass  # the mark ends by itself


@cache
def _client() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=1,
        socket_timeout=1,
        retry=Retry(NoBackoff(), 0),
    )
