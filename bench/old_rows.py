"""Benchmark: do old rows slow down the receiver, the sweeps and the desk?

Times each act in a new hotel (the baseline) and again after years: ``--rows`` old reports, calls,
charges, commands, events and audit entries. Prints the ratios; exits 1 if a query of any act
reads one of these tables from end to end, by PostgreSQL's own plan.

    python bench/old_rows.py [--rows 1000000]
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.soaking import books, processes
from bench.soaking.guests import dice, season
from bench.soaking.hotel import CODE, hotel_file
from hotelpbx import embedded

_RUNS: Final = 9
Act = Callable[[], object]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    options = parser.parse_args()
    processes.environment()
    os.environ.update(HOTELPBX_STAFF_PASSWORD="a password of the bench", DEBUG="on")
    embedded.provide(os.environ, throw_away=True)
    try:
        with tempfile.TemporaryDirectory() as folder:
            scans = _run(options.rows, Path(folder) / "hotel.toml")
    finally:
        embedded.release()
    sys.exit(1 if scans else 0)


def _run(rows: int, file: Path) -> int:
    import django

    django.setup()
    from django.core.management import call_command

    from bench.soaking import operations, years

    file.write_text(hotel_file(), encoding="utf-8")
    with file.with_suffix(".log").open("w") as told:
        call_command("migrate", verbosity=0)
        call_command("load_hotel", str(file), stdout=told)
        call_command("create_staff", CODE, "bench", "--role", "manager", stdout=told)
    books.save_season(season(dice(1), 100))
    todo = operations.all_operations()
    new = {name: _median(act) for name, act in todo.items()}
    began = time.monotonic()
    years.add_old_rows(rows)
    print(f"{rows} old rows a table, made in {time.monotonic() - began:.0f} s", flush=True)
    scans = 0
    for name, act in todo.items():
        old = _median(act)
        found = years.whole_tables_read(act)
        scans += len(found)
        ratio = (
            f"{1000 * old:8.1f} ms, new hotel {1000 * new[name]:8.1f} ms: {old / new[name]:5.2f}"
        )
        print(f"{name:34} {ratio}{''.join(f'  READS ALL OF {each}' for each in found)}", flush=True)
    return scans


def _median(act: Act) -> float:
    """The median of elapsed seconds; CPU time would leave out the database."""
    act()
    took: list[float] = []
    for _ in range(_RUNS):
        began = time.monotonic()
        act()
        took.append(time.monotonic() - began)
    return statistics.median(took)


if __name__ == "__main__":
    main()
