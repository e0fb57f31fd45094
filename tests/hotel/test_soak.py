"""Every cent to the right folio: a small season through the real receiver and worker.

``bench/soak.py`` does the same with 100,000 calls; it reckons everything a second time.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.soaking import arithmetic
from bench.soaking.comparison import differences
from bench.soaking.expected import Books, books_of
from bench.soaking.guests import FOREVER, Hold, dice, season
from bench.soaking.hotel import ALWAYS, FIRST, LAST, NIGHT, WEEKEND, WINDOW, second
from bench.soaking.traffic import Telephones
from bench.soaking.wire import SOON, post

CHECKOUT = Path(__file__).resolve().parents[2]
ALICE = Hold("alice", "101", 1_000_000, 1_100_000)
BOB = Hold("bob", "101", 1_100_060, FOREVER)


@pytest.mark.flow
def test_a_season_through_receiver_and_worker_is_right_to_the_cent() -> None:
    """In processes of its own, as in the Procfile; the repetitions of an hour later included."""
    soak = [sys.executable, str(CHECKOUT / "bench" / "soak.py"), "--calls", "600"]
    done = subprocess.run(
        [*soak, "--minibar", "150", "--seed", "7"],
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "To the cent: 600 calls" in done.stdout


@pytest.mark.parametrize(
    ("dialled", "began", "talked", "cents"),
    [
        # Two prices of "0", by day and night; the fee and a first minute, then steps of 6 s.
        ("9075512345", "2025-03-05T12:00:00", 61, 117),  # 0.50 + 66/60 × 0.605 = 1.1655
        ("9075512345", "2025-03-05T23:00:00", 61, 58),  # 0.25 + 66/60 × 0.3025 = 0.58275
        ("9075512345", "2025-03-08T12:00:00", 3, 0),  # Saturday: three seconds are free
        ("9075512345", "2025-03-08T12:00:00", 4, 20),  # 30/60 × 0.4
        ("90039612345", "2025-03-05T12:00:00", 1, 76),  # 0.75 + 1/60 × 0.333333
        ("9018055", "2025-03-05T12:00:00", 900, 0),  # rounds to nothing
        ("9821234567", "2025-03-05T12:00:00", 1, 9),  # "98" is an outside line, "2…" remains
        ("821234567", "2025-03-05T12:00:00", 1, None),
        ("9012", "2025-03-21T12:00:00", 60, 118),  # the later edition: 1.105 × 1.07
        ("9012", "2025-03-21T11:59:59", 60, 111),
        ("91", "2025-03-05T12:00:00", 0, 0),
    ],
)
def test_the_second_reckoning_follows_the_contract(
    dialled: str, began: str, talked: int, cents: int | None
) -> None:
    assert arithmetic.price_of_call("standard", dialled, second(began), talked) == cents


def test_the_bands_of_a_week_leave_no_minute_out() -> None:
    assert arithmetic.hours(ALWAYS) == frozenset(range(7 * 24 * 60))
    assert len(arithmetic.hours(NIGHT)) == 7 * 8 * 60
    assert arithmetic.hours(NIGHT) & arithmetic.hours(WEEKEND) == frozenset()


@pytest.mark.parametrize(
    ("instant", "call", "bottle"),
    [
        (ALICE.since - 1, None, None),
        (ALICE.since, "alice", "alice"),
        (ALICE.until, "alice", "alice"),
        (ALICE.until + 1, "alice", "alice"),
        (BOB.since, "bob", None),
        (ALICE.until + WINDOW, "bob", None),
        (ALICE.until + WINDOW + 1, "bob", "bob"),
    ],
)
def test_whose_it_is_turns_on_single_seconds(
    instant: int, call: str | None, bottle: str | None
) -> None:
    assert arithmetic.paying_stay_of_call([ALICE, BOB], instant) == call
    assert arithmetic.paying_stay_of_entry([ALICE, BOB], instant) == bottle


def test_the_season_has_what_makes_attribution_hard() -> None:
    guests = season(dice(1))
    moved = [hold.stay for hold in guests.holds]
    assert len(moved) - len(set(moved)) > 20, "stays that moved"
    assert sum(hold.shares for hold in guests.holds) > 20
    assert sum(hold.until == FOREVER for hold in guests.holds) > 10, "guests still in house"
    assert all(FIRST <= hold.since < hold.until for hold in guests.holds)
    assert any(hold.until == LAST for hold in guests.holds)


def test_one_report_in_ten_is_repeated_and_what_was_keyed_in_very_soon() -> None:
    chance = dice(1)
    phones = Telephones(chance, season(chance))
    said = post(chance, phones.calls(2000), phones.entries(400), bad=0)
    places: dict[str, list[int]] = {}
    for place, body in enumerate(said.first):
        report = json.loads(body)
        places.setdefault(json.dumps(report, sort_keys=True), []).append(place)
    assert len(places) == 2400
    again = {body: found for body, found in places.items() if len(found) == 2}
    assert len(again) == said.repetitions == len(said.first) - 2400
    assert 180 < said.repetitions < 300
    keyed = [last - first for body, (first, last) in again.items() if "DTMF" in body]
    assert keyed
    assert max(keyed) < 2 * SOON, "within a minute"
    assert len(said.later) == 2 * len(said.repeated_late) == 8


def test_a_cent_too_much_a_lost_call_and_a_doubled_one_are_told() -> None:
    chance = dice(1)
    guests = season(chance)
    phones = Telephones(chance, guests)
    legs, entries = phones.calls(300), phones.entries(60)
    expected, found = (books_of(guests, legs, entries, entries[:2], [b"x"]) for _ in range(2))
    assert differences(expected, found) == []
    stay = next(iter(found.folios))
    found.folios[stay] += 1
    lost, doubled = list(found.legs)[:2]
    found.legs[lost] -= 1
    found.legs[doubled] += 1
    found.parked[b"y"] += 1
    told = differences(expected, found)
    assert [line.partition(":")[0] for line in told] == ["folios", "legs", "legs", "parked"]
    assert differences(expected, Books()) != []
