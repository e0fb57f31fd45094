"""A database that an earlier version has made is upgraded, and the house goes on with it."""

import json
import os
from typing import Any

import pytest
from django.db import connection

from tests.upgrade import databases, faces
from tests.upgrade.comparing import differences
from tests.upgrade.recording import RECORDED, migrate, read, run

pytestmark = [pytest.mark.processes, pytest.mark.django_db]


# One test, for what takes long is what all its questions are about.
def test_a_recorded_database_is_upgraded_and_the_house_goes_on_with_it() -> None:
    with databases.new_database(os.environ["DATABASE_URL"], "upgrade") as url:
        for name in ("tables.sql", "rows.sql"):
            databases.load(url, (RECORDED / name).read_text(encoding="utf-8"))
        environment = faces.environment(url)
        faults = _upgrade(url, environment)
        went_on = json.loads(run("going_on", json.dumps(read("held.json")), environment))
    faults["answers"] = differences(read("answers.json"), went_on["answers"])
    for part, recorded in read("going_on.json").items():
        faults[f"going on: {part}"] = differences(recorded, went_on[part])
    assert _told(faults) == ""


def _upgrade(url: str, environment: dict[str, str]) -> dict[str, str]:
    """What ``manage.py migrate`` has done that it should not have."""
    before = {table: databases.content(url, table) for table in databases.tables(url)}
    tables = databases.schema(url)
    migrate(environment)
    upgraded = databases.schema(url)
    new = databases.schema(os.environ["DATABASE_URL"], connection.settings_dict["NAME"])
    applied = databases.rows(url, "SELECT app || '.' || name FROM django_migrations")
    faults = {
        "tables without a row": [table for table, (_, rows) in before.items() if not rows],
        "migrations that are gone": set(read("migrations.json")) - {name for (name,) in applied},
        "tables, against those of a new database": differences(new, upgraded),
        # To be dropped with the first migration after 0.1: from then on the line above tells.
        "tables, against those of before": differences(tables, upgraded),
        # A later migration that changes rows on purpose says here which.
        "rows that are not as they were": [
            (table, lost)
            for table, (columns, rows) in before.items()
            if (lost := rows - databases.content(url, table, columns)[1])
        ],
    }
    return {name: str(found) if found else "" for name, found in faults.items()}


def _told(faults: dict[str, Any]) -> str:
    return "\n".join(f"--- {name}\n{found}" for name, found in faults.items() if found)
