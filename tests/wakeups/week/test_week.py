"""A week in a hotel: everything real but the clock (docs/wake-up-week.md)."""

import os
from pathlib import Path

import pytest

from tests.wakeups.week.weeks import WEEKS, live

# The same week each time; another with WEEK_SEED.
SEED = int(os.environ.get("WEEK_SEED", "1"))


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", WEEKS)
def test_each_call_rang_for_the_right_guest_or_raised_an_alarm(name: str, tmp_path: Path) -> None:
    findings = live(name, seed=SEED, rooms=10, calls=50, folder=tmp_path)
    faults = "\n".join(findings.faults)
    assert not findings.faults, f"WEEK_SEED={SEED} {name}: {len(findings.faults)} faults\n{faults}"
    # A week in which little happens would prove little.
    assert findings.counts["calls"] > 20
    assert findings.counts["awake"] > 8
    assert findings.counts["alarms"] > 1
