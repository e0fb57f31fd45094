"""Databases of their own on the tests' server: made, filled, described, dropped."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from environ import Env
from psycopg import sql

Rows = list[tuple[Any, ...]]

_COLUMNS: Final = """
SELECT c.relname, a.attname,
       format_type(a.atttypid, a.atttypmod)
       || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
       || CASE WHEN a.attidentity <> '' THEN ' IDENTITY' ELSE '' END
       || CASE WHEN l.collname <> 'default' THEN ' COLLATE ' || l.collname ELSE '' END
       || CASE WHEN a.attgenerated <> '' THEN ' GENERATED ' WHEN d.adbin IS NOT NULL
          THEN ' DEFAULT ' ELSE '' END
       || coalesce(pg_get_expr(d.adbin, d.adrelid), '')
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
LEFT JOIN pg_collation l ON l.oid = a.attcollation
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
"""
_CONSTRAINTS: Final = """
SELECT conrelid::regclass::text, 'constraint ' || conname, pg_get_constraintdef(oid)
FROM pg_constraint
WHERE connamespace = 'public'::regnamespace AND conrelid <> 0 AND contype <> 'n'
"""
_INDEXES: Final = """
SELECT tablename, 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
"""
_SEQUENCES: Final = """
SELECT sequencename, 'sequence', data_type::text FROM pg_sequences WHERE schemaname = 'public'
"""


# A condition is written otherwise once it has been through a dump; the same is meant.
_FORM: Final = re.compile(r"::(text|character varying)(\[\])?|[()]")


@contextmanager
def new_database(server_url: str, name: str) -> Iterator[str]:
    """An empty database beside the one at an address; its own address."""
    url, _, query = server_url.partition("?")
    own = f"hotelpbx_{name}_{os.getpid()}"
    with connected(server_url, "postgres") as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(own)))
    try:
        yield f"{url.rpartition('/')[0]}/{own}" + (f"?{query}" if query else "")
    finally:
        with connected(server_url, "postgres") as server:
            server.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(own))
            )


def connected(url: str, name: str = "") -> "psycopg.Connection[tuple[Any, ...]]":
    """A connection to the database at an address, or to another one of its server."""
    given = parameters(url)
    return psycopg.connect(autocommit=True, **{**given, "dbname": name or given["dbname"]})


def parameters(url: str) -> dict[str, Any]:
    """An address as libpq wants it."""
    found = Env.db_url_config(url)
    names = {
        "user": "USER",
        "password": "PASSWORD",
        "host": "HOST",
        "port": "PORT",
        "dbname": "NAME",
    }
    return {own: found[key] for own, key in names.items() if found.get(key)}


def load(url: str, text: str) -> None:
    """Run a file of SQL."""
    with connected(url) as connection:
        connection.execute(text.encode())


def rows(url: str, query: str, *values: object, name: str = "") -> Rows:
    """What a query finds in the database at an address, or in another one of its server."""
    with connected(url, name) as connection:
        return connection.execute(query.encode(), values).fetchall()


def schema(url: str, name: str = "") -> list[str]:
    """Tables, columns, constraints, indexes and sequences, a line each, in the order of names."""
    queries = (_COLUMNS, _CONSTRAINTS, _INDEXES, _SEQUENCES)
    found = [row for query in queries for row in rows(url, query, name=name)]
    return [f"{table} · {what} · {_FORM.sub('', how)}" for table, what, how in sorted(found)]


def tables(url: str) -> list[str]:
    """The names of all tables."""
    query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    return [str(name) for (name,) in rows(url, query)]


def content(url: str, table: str, columns: list[str] | None = None) -> tuple[list[str], set[str]]:
    """Columns of a table that are no generated ones, and its rows, each as one text."""
    known = columns or [
        str(name)
        for (name,) in rows(
            url,
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 "
            "AND NOT attisdropped ORDER BY attname",
            table,
        )
    ]
    query = sql.SQL("SELECT row({})::text FROM {}").format(
        sql.SQL(", ").join(map(sql.Identifier, known)), sql.Identifier(table)
    )
    with connected(url) as connection:
        return known, {str(row) for (row,) in connection.execute(query)}
