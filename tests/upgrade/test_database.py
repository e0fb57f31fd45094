"""A database that an earlier version has made is upgraded, and the house goes on with it."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection

from tests.upgrade import databases, faces
from tests.upgrade.comparing import differences
from tests.upgrade.recording import RECORDED, migrate, read, run

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group(__name__)]

Content = dict[str, tuple[list[str], set[str]]]


@dataclass
class Upgraded:
    """The database, before and after ``manage.py migrate``, and when the house had gone on.

    :ivar before: columns and rows of each table
    :ivar after: the rows of the columns that were there before
    :ivar went_on: what :mod:`tests.upgrade.going_on` tells
    """

    before: Content
    after: Content
    tables_before: list[str]
    tables_after: list[str]
    migrations: set[str]
    went_on: Any


@pytest.fixture(scope="module")
def upgraded() -> Iterator[Upgraded]:
    """What an owner has after an upgrade."""
    with databases.new_database(os.environ["DATABASE_URL"], "upgrade") as url:
        for name in ("tables.sql", "rows.sql"):
            databases.load(url, (RECORDED / name).read_text(encoding="utf-8"))
        before = {table: databases.content(url, table) for table in databases.tables(url)}
        tables = databases.schema(url)
        environment = faces.environment(url)
        migrate(environment)
        after = {
            table: databases.content(url, table, columns) for table, (columns, _) in before.items()
        }
        applied = databases.rows(url, "SELECT app || '.' || name FROM django_migrations")
        yield Upgraded(
            before,
            after,
            tables,
            databases.schema(url),
            {str(name) for (name,) in applied},
            json.loads(run("going_on", json.dumps(read("held.json")), environment)),
        )


def test_every_table_had_rows(upgraded: Upgraded) -> None:
    assert [table for table, (_, rows) in upgraded.before.items() if not rows] == []


def test_every_row_is_there_as_it_was(upgraded: Upgraded) -> None:
    """A later migration that changes rows on purpose says here which."""
    for table, (_, rows) in upgraded.before.items():
        assert rows <= upgraded.after[table][1], table


def test_every_recorded_migration_is_known_and_applied(upgraded: Upgraded) -> None:
    recorded = {line.strip() for line in read("migrations.json")}
    assert recorded <= upgraded.migrations


@pytest.mark.django_db
def test_its_tables_are_those_of_a_new_database(upgraded: Upgraded) -> None:
    new = databases.schema(os.environ["DATABASE_URL"], connection.settings_dict["NAME"])
    assert differences(new, upgraded.tables_after) == ""


def test_no_table_was_changed_by_renaming_things_in_python(upgraded: Upgraded) -> None:
    """To be dropped with the first migration after 0.1: from then on the test above tells."""
    assert differences(upgraded.tables_before, upgraded.tables_after) == ""


def test_it_is_answered_for_as_by_the_version_that_made_it(upgraded: Upgraded) -> None:
    assert differences(read("answers.json"), upgraded.went_on["answers"]) == ""


@pytest.mark.parametrize("part", sorted(read("going_on.json")))
def test_the_house_goes_on(upgraded: Upgraded, part: str) -> None:
    assert differences(read("going_on.json")[part], upgraded.went_on[part]) == ""
