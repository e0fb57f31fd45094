"""What programs outside know of the house is as it was recorded.

Gone or changed: programs of hotels break. Added on purpose: record it
(``python -m tests.upgrade.recording NAME``; README.md says more).
"""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.upgrade import faces
from tests.upgrade.comparing import differences
from tests.upgrade.outside import RECORDINGS
from tests.upgrade.recording import read


@pytest.mark.parametrize(("name", "find"), RECORDINGS.items(), ids=RECORDINGS)
def test_it_is_as_recorded(name: str, find: Callable[[], Any]) -> None:
    now = json.loads(json.dumps(find()))
    assert differences(read(f"{name}.json"), now) == ""


def test_a_message_of_an_earlier_version_finds_its_task() -> None:
    assert set(read("tasks.json")) <= set(faces.tasks())


def test_every_documented_event_is_among_them() -> None:
    page = (faces.ROOT / "docs" / "events.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \|", page, re.MULTILINE))
    assert documented == set(read("events.json"))
