"""Is Redis there? Asked quickly, so that nobody at the desk waits for it."""

from functools import cache

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry


def answers() -> bool:
    """Whether the broker answers within a second."""
    try:
        return bool(_client().ping())
    except (redis.RedisError, OSError):
        return False


@cache
def _client() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=1,
        socket_timeout=1,
        retry=Retry(NoBackoff(), 0),
    )
