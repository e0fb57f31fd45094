"""Benchmark of the CSV export of many calls: memory and speed.

Each size is written by a process of its own; printed is how far its memory rose above what it had
after the first piece. The baseline of both ratios is the smaller file of the same run.

    python bench/export.py [--calls 1000000] [--few 10000]
"""

import argparse
import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import ledger


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--few", type=int, default=10_000)
    parser.add_argument("--days", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.days:
        _export(options.days)
        return
    with ledger.servers():
        ledger.hotel_with_calls(options.calls)
        whole = (ledger.LAST - ledger.FIRST).days + 1
        part = max(1, round(whole * options.few / options.calls))
        few, many = _measured(part), _measured(whole)
    print(
        f"memory: {many.grown / 1024:.1f} MiB against {few.grown / 1024:.1f} MiB, ratio "
        f"{many.grown / max(few.grown, 1):.2f} for {many.rows / few.rows:.0f} times the rows; "
        f"speed: ratio {many.speed / few.speed:.2f}"
    )


class Measured:
    """The measurements of one file. ``grown``: KiB; ``speed``: rows per second."""

    def __init__(self, rows: int, seconds: float, grown: int) -> None:
        self.rows, self.grown, self.speed = rows, grown, rows / seconds
        print(f"{rows} calls: {seconds:.1f} s, {self.speed:.0f} rows/s, {grown / 1024:.1f} MiB")


def _measured(days: int) -> Measured:
    command = [sys.executable, __file__, "--days", str(days)]
    told = subprocess.run(command, env=os.environ, check=True, capture_output=True, text=True)  # noqa: S603
    rows, seconds, grown = told.stdout.split()
    return Measured(int(rows), float(seconds), int(grown))


def _export(days: int) -> None:
    """Export the first days; print rows, seconds, and growth of peak memory in KiB."""
    ledger.setup()
    from billing.analytics import Period
    from billing.export import TABLES, stream
    from rooms.models import Property

    hotel = Property.objects.get()
    table = TABLES["calls"]
    first = Period(ledger.FIRST, ledger.FIRST, hotel.zone)
    pieces = stream(table, hotel, first)
    next(pieces), next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    before, began = _peak(), time.monotonic()
    last = ledger.FIRST + timedelta(days=days - 1)
    rows = sum(piece.count(b"\r\n") for piece in stream(table, hotel, Period(
        ledger.FIRST, last, hotel.zone))) - 1  # fmt: skip
    print(rows, time.monotonic() - began, _peak() - before)


def _peak() -> int:
    """The peak memory of this process, in KiB."""
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])


if __name__ == "__main__":
    main()
