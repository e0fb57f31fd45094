"""The simulated week of tests/wakeups/week at full size: 300 rooms, 2,000 wake-up calls.

Of 2,300 requests some 2,100 become calls and 1,800 fall due within the week; the others are refused
or cancelled, or their guests leave.
Prints the outcomes and each fault; exit code 1 if there was a fault.

    python bench/wake_up_week.py [spring autumn shanghai] [--rooms 300] [--requests 2300] [--seed 1]
"""

import argparse
import os
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CHECKOUT))

from hotelpbx import embedded  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("weeks", nargs="*", help="default: all three")
    parser.add_argument("--rooms", type=int, default=300)
    parser.add_argument("--requests", type=int, default=2300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for name in ("DATABASE_URL", "REDIS_URL", "DATABASE_URL_FILE", "REDIS_URL_FILE"):
        os.environ.pop(name, None)
    os.environ.update(SECRET_KEY="for this run only, and long enough", DEBUG="off")
    os.environ["DJANGO_SETTINGS_MODULE"] = "hotelpbx.settings"
    embedded.provide(os.environ, throw_away=True)
    try:
        faults = _run(options)
    finally:
        embedded.release()
    sys.exit(bool(faults))


class _Days:
    """Prints each new day to stderr, and how long it took to get there."""

    def __init__(self, week: str) -> None:
        self._week, self._began, self._day = week, time.perf_counter(), 0

    def __call__(self, at: datetime) -> None:
        if at.day != self._day:
            self._day = at.day
            after = time.perf_counter() - self._began
            print(f"{self._week}: {at:%a %d %b}, {after:.0f} s", file=sys.stderr, flush=True)


def _run(options: argparse.Namespace) -> int:
    import django

    django.setup()
    from django.core.management import call_command

    from tests.wakeups.week.weeks import WEEKS, live

    call_command("migrate", verbosity=0)
    faults = 0
    for name in options.weeks or WEEKS:
        call_command("flush", interactive=False, verbosity=0)
        began = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            findings = live(
                name,
                seed=options.seed,
                rooms=options.rooms,
                calls=options.requests,
                folder=Path(folder),
                on_step=_Days(name),
            )
        took = time.perf_counter() - began
        counts = ", ".join(f"{what} {count}" for what, count in sorted(findings.counts.items()))
        print(f"{name}, seed {options.seed}, {options.rooms} rooms: {took:.0f} s; {counts}")
        for fault in findings.faults:
            print(f"  {fault}")
        faults += len(findings.faults)
    return faults


if __name__ == "__main__":
    main()
