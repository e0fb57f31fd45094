"""Where bin/demo or bin/dev runs: a folder, a database and a broker for its exclusive use."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql

from hotelpbx import embedded
from hotelpbx.environment.variables import VariableFault, value_of

# Of the 16 brokers of the embedded Redis, by who runs there.
_BROKERS: Final = {"demo": range(9), "dev": range(9, 15)}
# An arbitrary number for pg_advisory_lock.
_LOCK: Final = 0x64656D6F


@dataclass(frozen=True)
class Place:
    """``number``: 1 for the first of its name in this checkout, 2 for one beside it."""

    folder: Path
    number: int


@contextmanager
def claim_place(root: Path, name: str = "demo") -> Iterator[Place]:
    """The first free place of this checkout, with ``DATABASE_URL`` and ``REDIS_URL`` for it.

    Servers that are set are used as they are; on embedded ones each place has its own databases.
    Raises ``RuntimeError`` if another demo uses the database.

    :param name: ``demo`` or ``dev``
    """
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _free(root, name) as place:
        given = {name: _given(name) for name in ("DATABASE_URL", "REDIS_URL")}
        embedded.provide()
        try:
            first = (name, place.number) == ("demo", 1)
            if not first and not given["DATABASE_URL"]:
                _own_database(f"hotelpbx_{name}_{place.number}")
            if not first and not given["REDIS_URL"]:
                broker = _BROKERS[name][place.number - 1]
                os.environ["REDIS_URL"] = os.environ["REDIS_URL"].replace("?db=0", f"?db={broker}")
            with _exclusive_use_of(os.environ["DATABASE_URL"]):
                yield place
        finally:
            embedded.release()


@contextmanager
def _free(root: Path, name: str) -> Iterator[Place]:
    most = len(_BROKERS[name])
    for number in range(1, most + 1):
        folder = root / (name if number == 1 else f"{name}-{number}")
        folder.mkdir(exist_ok=True, mode=0o700)
        with (folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                continue
            yield Place(folder, number)
            return
    raise RuntimeError(f"bin/{name} runs {most} times in this checkout: end one first.")


def _given(name: str) -> bool:
    """Whether the variable is set; if by a file, the variable itself is set instead."""
    try:
        value = value_of(name).strip()
    except VariableFault as fault:
        raise RuntimeError(str(fault)) from None
    if value:
        os.environ[name] = value
        os.environ.pop(f"{name}_FILE", None)
    return bool(value)


def _own_database(name: str) -> None:
    """Use a separate database of the embedded server, kept from one run to the next."""
    url = os.environ["DATABASE_URL"]
    with _connected(url) as server:
        known = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not known:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    os.environ["DATABASE_URL"] = f"{url.rpartition('/')[0]}/{name}"


@contextmanager
def _exclusive_use_of(url: str) -> Iterator[None]:
    """Lock the database: two demos in one database would use each other's guests."""
    with _connected(url) as server:
        answer = server.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK]).fetchone()
        if answer is None or not answer[0]:
            raise RuntimeError(
                "Another bin/demo uses this database: end it, or set DATABASE_URL to another one."
            )
        yield


def _connected(url: str) -> "psycopg.Connection[tuple[object, ...]]":
    from environ import Env  # parses the URL like the settings

    found = Env.db_url_config(url)
    names = {"user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    given: dict[str, Any] = {name: str(found[key]) for name, key in names.items() if found.get(key)}
    try:
        return psycopg.connect(dbname=str(found["NAME"]), autocommit=True, **given)
    except psycopg.OperationalError as fault:
        raise RuntimeError(f"The database of DATABASE_URL does not answer: {fault}") from None
