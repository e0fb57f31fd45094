"""docs/glossary.md: terms are in order, and words that were given up stay away."""

import re
from pathlib import Path
from typing import Final

import pytest

from tests.project.test_citations import texts

GLOSSARY: Final = Path(__file__).parents[2] / "docs" / "glossary.md"
GROUPS: Final = ("Hotel", "Telephony", "hotelpbx")
# The glossary names the words; the change log, migrations and recordings tell of the past.
ELSEWHERE: Final = re.compile(r"docs/glossary\.md|CHANGELOG\.md|.*/migrations/.*|tests/upgrade/.*")
# Where such a word is a name that others rely on, or means something else.
ALLOWED: Final[dict[str, set[str]]] = {
    "found alarm": {"wakeups/models/foreign_alarm.py"},  # the table
    "occasion": {
        "wakeups/models/occurrence.py",  # the table
        "wakeups/models/attempt.py",  # its column
        "tests/wakeups/week/queues.py",  # SQL
    },
    "wish": {
        "rooms/models/job.py",  # a column
        "frontdesk/views/wake_up_calls/lists.py",  # in forms of open pages
    },
}


def rows(heading: str) -> list[tuple[str, str]]:
    """The cells of the table below ``heading``."""
    text = GLOSSARY.read_text(encoding="utf-8")
    section = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    table = [line for line in section.splitlines() if line.startswith("|")][2:]
    assert table, heading
    cells = [line.strip("|").split(" | ") for line in table]
    return [(first.strip(), second.strip()) for first, second in cells]


@pytest.mark.parametrize("group", GROUPS)
def test_terms_stand_once_and_in_alphabetical_order(group: str) -> None:
    terms = [term.casefold() for term, _ in rows(group)]
    assert terms == sorted(set(terms))


@pytest.mark.parametrize("group", GROUPS)
def test_each_term_is_defined_in_a_line(group: str) -> None:
    for term, meaning in rows(group):
        assert meaning.endswith((".", "…")), term
        assert len(meaning) < 200, term


def test_words_that_were_given_up_are_nowhere() -> None:
    given_up = [term.strip("`") for term, _ in rows("Words that must not come back")]
    patterns = {
        # "found alarm" is also found_alarm, FoundAlarm and found-alarm.
        word: re.compile(rf"(?<![A-Za-z]){word.replace(' ', '[ _-]?')}s?(?![A-Za-z])", re.I)
        for word in given_up
    }
    found = [
        f"{name}:{number} says {word!r}: {line.strip()}"
        for name, number, line in texts()
        if not ELSEWHERE.fullmatch(name) and name != "tests/project/test_glossary.py"
        for word, pattern in patterns.items()
        if pattern.search(line) and name not in ALLOWED.get(word, set())
    ]
    assert not found, f"See docs/glossary.md.\n{chr(10).join(found)}"
