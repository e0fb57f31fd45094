"""Queries of embedded servers from outside."""

import environ
import psycopg

from hotelpbx.embedded import locks
from hotelpbx.embedded.postgres import Postgres
from hotelpbx.embedded.server import Server


def connect(server: Postgres) -> "psycopg.Connection[tuple[object, ...]]":
    """A connection to the address that Django would find in the server's URL."""
    database = environ.Env.db_url_config(server.url)
    assert database["ENGINE"] == "django.db.backends.postgresql"
    return psycopg.connect(
        host=database["HOST"], user=database["USER"], dbname=database["NAME"], autocommit=True
    )


def ask(server: Postgres, query: str) -> object:
    with connect(server) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def server_pid(server: Server) -> int:
    return int((server.directory / "keeper.lock").read_text().split()[1])


def is_over(server: Server) -> bool:
    lock = server.directory / "alive.lock"
    return not lock.exists() or locks.is_free(lock, locks.EXCLUSIVE)
