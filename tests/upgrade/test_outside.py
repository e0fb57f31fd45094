"""What programs outside know of the house is as it was recorded.

Gone or changed: programs of hotels break. Added on purpose: record it
(``python -m tests.upgrade.recording NAME``; README.md says more).
"""

import json
import os
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest

from tests.upgrade import databases, faces
from tests.upgrade.comparing import differences
from tests.upgrade.outside import RECORDINGS
from tests.upgrade.recording import RECORDED, read, run

_APPLIED: Final = re.compile(r"^INSERT INTO public\.django_migrations .*?\);$", re.M | re.S)


@pytest.mark.parametrize(("name", "find"), RECORDINGS.items(), ids=RECORDINGS)
def test_it_is_as_recorded(name: str, find: Callable[[], Any]) -> None:
    now = json.loads(json.dumps(find()))
    assert differences(read(f"{name}.json"), now) == ""


def test_a_message_of_an_earlier_version_finds_its_task() -> None:
    assert set(read("tasks.json")) <= set(faces.tasks())


@pytest.fixture(scope="module")
def today() -> Iterator[Any]:
    """The recorded day, played with the code as it is now."""
    with databases.new_database(os.environ["DATABASE_URL"], "today") as url:
        # The tables are made once, and not by all migrations anew.
        databases.load(url, (RECORDED / "tables.sql").read_text(encoding="utf-8"))
        applied = _APPLIED.search((RECORDED / "rows.sql").read_text(encoding="utf-8"))
        assert applied
        databases.load(url, applied[0])
        yield json.loads(run("day", "", faces.environment(url), "--look"))


def test_events_have_the_same_data(today: Any) -> None:
    assert differences(read("events.json"), today["events"]) == ""


def test_every_documented_event_is_among_them() -> None:
    page = (faces.ROOT / "docs" / "events.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \|", page, re.MULTILINE))
    assert documented == set(read("events.json"))


def test_the_day_ends_as_it_did(today: Any) -> None:
    assert differences(read("answers.json"), today["answers"]) == ""
