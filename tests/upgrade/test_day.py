"""The recorded day, played with the code as it is now, comes to the same."""

import json
import os
import re
from typing import Final

import pytest

from tests.upgrade import databases, faces
from tests.upgrade.comparing import differences
from tests.upgrade.recording import RECORDED, read, run

pytestmark = pytest.mark.processes

# The rows, and what the next number is: a later migration is added to them.
_APPLIED: Final = re.compile(
    r"^(?:INSERT INTO public\.django_migrations |"
    r"SELECT pg_catalog\.setval\('public\.django_migrations_id_seq').*?\);$",
    re.M | re.S,
)


def test_events_and_answers_are_those_of_the_recorded_day() -> None:
    with databases.new_database(os.environ["DATABASE_URL"], "today") as url:
        # The tables are made once, and not by all migrations anew.
        databases.load(url, (RECORDED / "tables.sql").read_text(encoding="utf-8"))
        applied = _APPLIED.findall((RECORDED / "rows.sql").read_text(encoding="utf-8"))
        assert len(applied) == 2
        databases.load(url, "\n".join(applied))
        today = json.loads(run("day", "", faces.environment(url), "--look"))
    assert differences(read("events.json"), today["events"]) == ""
    assert differences(read("answers.json"), today["answers"]) == ""
