"""Benchmark of analytics over a year of calls: added up by the database, or row by row.

The baseline reads the same rows of the same year from a cursor and adds them up by day in Python.

    python bench/reports.py [--calls 1000000]
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import ledger


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--calls", type=int, default=1_000_000)
    options = parser.parse_args()
    with ledger.servers():
        hotel = ledger.hotel_with_calls(options.calls)
        from billing.analytics import SUBJECTS, Period

        year = Period(ledger.FIRST, ledger.LAST, hotel.zone)
        month = Period(ledger.LAST - timedelta(days=30), ledger.LAST, hotel.zone)
        slow = _seconds(lambda: _row_by_row(hotel, year))
        print(f"{options.calls} calls, row by row: {slow:.2f} s")
        for name, subject in SUBJECTS.items():
            for by in subject.by:
                fast = _seconds(lambda: subject.report(hotel, year, by))  # noqa: B023
                short = _seconds(lambda: subject.report(hotel, month, by))  # noqa: B023
                print(
                    f"{name} by {by}: year {fast:.2f} s, ratio {fast / slow:.3f}; "
                    f"31 days {short:.2f} s, ratio {short / slow:.3f}"
                )


def _row_by_row(hotel: Any, period: Any) -> Counter[Any]:
    from billing.models import Call

    found: Counter[Any] = Counter()
    rows = Call.objects.filter(
        property=hotel, started_at__gte=period.since, started_at__lt=period.until
    )
    for started, seconds in rows.values_list("started_at", "talk_seconds").iterator():
        found[started.astimezone(hotel.zone).date()] += seconds
    return found


def _seconds(act: Callable[[], object]) -> float:
    """The duration of the second run, when the database has the data in memory."""
    act()
    began = time.monotonic()
    act()
    return time.monotonic() - began


if __name__ == "__main__":
    main()
