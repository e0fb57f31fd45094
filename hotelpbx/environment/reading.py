"""The environment variables (README.md), read once, with a clear message for the first fault.

Every variable also has a ``NAME_FILE`` variant (Docker secrets): the file's content is the value.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NoReturn, TypeVar
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from hotelpbx.environment.variables import VariableFault, value_of
from hotelpbx.http.client_address import Network, networks_of

T = TypeVar("T")

SHORTEST_KEY: Final = 32
LONGEST_OFFSET: Final = 10 * 366 * 24 * 3600


@dataclass(frozen=True)
class Environment:
    """The checked environment. It contains secrets and must never be logged or shown."""

    debug: bool
    secret_key: str
    database: dict[str, Any]
    redis_url: str
    allowed_hosts: list[str]
    csrf_trusted_origins: list[str]
    secure_ssl_redirect: bool
    report_base_url: str
    webhook_allowed_networks: list[Network]
    trusted_proxies: list[Network]
    metrics_allowed_networks: list[Network]
    log_format: str
    clock_offset: int

    def __repr__(self) -> str:
        return "<Environment>"


def exit_with(line: str) -> NoReturn:
    """End the process with one line that says what to set."""
    raise SystemExit(f"hotelpbx: {line}")


class _Reader:
    def text(self, name: str, default: str | None = None) -> str:
        try:
            value = value_of(name).strip()
        except VariableFault as fault:
            exit_with(str(fault))
        if not value and default is None:
            exit_with(
                f"{name} is not set. Set it in the environment, or {name}_FILE to a file with it."
            )
        return value or default or ""

    def flag(self, name: str) -> bool:
        value = self.text(name, "off").lower()
        if value in ("on", "true", "1", "yes"):
            return True
        if value in ("off", "false", "0", "no", ""):
            return False
        exit_with(f"{name} must be on or off, not {value!r}.")

    def words(self, name: str) -> list[str]:
        return [word.strip() for word in self.text(name, "").split(",") if word.strip()]

    def networks(self, name: str) -> list[Network]:
        words = self.words(name)
        try:
            return list(networks_of(words))
        except ValueError as fault:
            exit_with(f"{name} must be addresses or networks like 192.168.5.0/24: {fault}.")

    def parsed(self, name: str, default: str, parse: Callable[[str], T], wanted: str) -> T:
        value = self.text(name, default)
        try:
            return parse(value)
        except ValueError:
            exit_with(f"{name} must be {wanted}, not {value!r}.")


def _database(url: str) -> dict[str, Any]:
    config: dict[str, Any] = {}
    try:
        if urlsplit(url).scheme in ("postgresql", "postgres"):
            config = dict(environ.Env.db_url_config(url))
    except (ValueError, ImproperlyConfigured):
        pass
    if config.get("ENGINE") != "django.db.backends.postgresql" or not config.get("NAME"):
        # The URL may hold a password: say what is expected, not what was given.
        exit_with("DATABASE_URL must look like postgresql://user:password@host:5432/name.")
    return config


def _redis(url: str) -> str:
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("redis", "rediss", "unix") and parts.port != 0
    except ValueError:
        good = False
    if not good:
        exit_with(
            "REDIS_URL must begin with redis://, rediss:// or unix://, as redis://host:6379/0."
        )
    return url


def _secret_key(key: str, *, debug: bool) -> str:
    if len(key) < SHORTEST_KEY and not debug:
        exit_with(
            f"SECRET_KEY is too short: it needs {SHORTEST_KEY} characters or more, such as "
            "“openssl rand -hex 32” prints."
        )
    return key


def _base_url(text: str) -> str:
    parts = urlsplit(text)
    good = parts.scheme == "http" and parts.hostname and parts.port != 0
    if text and (not good or parts.path.strip("/")):
        raise ValueError
    return text.rstrip("/")


def _origins(words: list[str]) -> list[str]:
    for word in words:
        if not word.startswith(("http://", "https://")):
            exit_with(f"CSRF_TRUSTED_ORIGINS must be like https://desk.example.com, not {word!r}.")
    return words


def _offset(text: str) -> int:
    seconds = int(text)
    if abs(seconds) > LONGEST_OFFSET:
        raise ValueError
    return seconds


def _log_format(text: str) -> str:
    if text not in ("json", "console"):
        raise ValueError
    return text


def _port(text: str) -> int:
    port = int(text)
    if not 0 < port < 65536:
        raise ValueError
    return port


def read_environment() -> Environment:
    """Read and check every variable; end the process with one line at the first fault."""
    env = _Reader()
    debug = env.flag("DEBUG")
    clock_offset = env.parsed(
        "HOTELPBX_CLOCK_OFFSET", "0", _offset, "a whole number of seconds, ten years at most"
    )
    if clock_offset and not debug:
        exit_with("HOTELPBX_CLOCK_OFFSET is for rehearsals: it needs DEBUG=on.")
    for name in ("PORT", "REPORT_PORT"):
        if os.environ.get(f"{name}_FILE"):
            # The shell puts them into the process lines, before we could read a file.
            exit_with(f"{name}_FILE is not read: set {name} itself.")
        if env.text(name, ""):
            env.parsed(name, "", _port, "a port number from 1 to 65535")
    return Environment(
        debug=debug,
        secret_key=_secret_key(env.text("SECRET_KEY"), debug=debug),
        database=_database(env.text("DATABASE_URL")),
        redis_url=_redis(env.text("REDIS_URL")),
        allowed_hosts=env.words("ALLOWED_HOSTS")
        or (["*"] if debug else ["localhost", "127.0.0.1"]),
        csrf_trusted_origins=_origins(env.words("CSRF_TRUSTED_ORIGINS")),
        secure_ssl_redirect=env.flag("SECURE_SSL_REDIRECT"),
        report_base_url=env.parsed(
            "REPORT_BASE_URL", "", _base_url, "an address like http://192.168.5.10:8260"
        ),
        webhook_allowed_networks=env.networks("WEBHOOK_ALLOWED_NETWORKS"),
        trusted_proxies=env.networks("TRUSTED_PROXIES"),
        metrics_allowed_networks=env.networks("METRICS_ALLOWED_NETWORKS"),
        log_format=env.parsed("LOG_FORMAT", "console", _log_format, "json or console"),
        clock_offset=clock_offset,
    )
