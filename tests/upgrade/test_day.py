"""The recorded day, played with the code as it is now, comes to the same."""

import json
import os
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest

from tests.upgrade import databases, faces
from tests.upgrade.comparing import differences
from tests.upgrade.recording import RECORDED, read, run

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group(__name__)]

# The rows, and what the next number is: a later migration is added to them.
_APPLIED: Final = re.compile(
    r"^(?:INSERT INTO public\.django_migrations |"
    r"SELECT pg_catalog\.setval\('public\.django_migrations_id_seq').*?\);$",
    re.M | re.S,
)


@pytest.fixture(scope="module")
def today() -> Iterator[Any]:
    """What the day has come to."""
    with databases.new_database(os.environ["DATABASE_URL"], "today") as url:
        # The tables are made once, and not by all migrations anew.
        databases.load(url, (RECORDED / "tables.sql").read_text(encoding="utf-8"))
        applied = _APPLIED.findall((RECORDED / "rows.sql").read_text(encoding="utf-8"))
        assert len(applied) == 2
        databases.load(url, "\n".join(applied))
        yield json.loads(run("day", "", faces.environment(url), "--look"))


def test_events_have_the_same_data(today: Any) -> None:
    assert differences(read("events.json"), today["events"]) == ""


def test_the_day_ends_as_it_did(today: Any) -> None:
    assert differences(read("answers.json"), today["answers"]) == ""
