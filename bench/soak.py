"""Soak test: a season through the real receiver and worker, with every cent checked.

The effect of each call record and minibar entry is also computed separately from the project's
code. All folio sums, and all unclaimed, unrated, undecided and parked items, must agree. Exits 1
with the differences if they do not.

    python bench/soak.py [--calls 100000] [--minibar 20000] [--seed 1]
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.soaking import books, processes
from bench.soaking.comparison import differences, figures
from bench.soaking.expected import Books, books_of
from bench.soaking.guests import dice, season
from bench.soaking.hotel import hotel_file
from bench.soaking.traffic import Telephones
from bench.soaking.wire import Post, post, unreadable
from hotelpbx import embedded
from hotelpbx.processes.running import Supervisor, free_port, wait_until

_ROWS = 2000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--minibar", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    processes.environment()
    embedded.provide(os.environ, throw_away=True)
    try:
        with tempfile.TemporaryDirectory() as folder:
            wrong = _run(options, Path(folder))
    finally:
        embedded.release()
    for line in wrong:
        print(f"WRONG {line}")
    sys.exit(1 if wrong else 0)


def _run(options: argparse.Namespace, folder: Path) -> list[str]:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    file = folder / "hotel.toml"
    file.write_text(hotel_file(), encoding="utf-8")
    call_command("load_hotel", str(file), stdout=(folder / "loaded").open("w"))
    chance = dice(options.seed)
    guests = season(chance)
    phones = Telephones(chance, guests)
    legs, entries = phones.calls(options.calls), phones.entries(options.minibar)
    bad = max(options.minibar // 1000, 1)
    said = post(chance, legs, entries, bad)
    books.save_season(guests)
    print(
        f"{len(legs)} calls and {len(entries)} minibar entries; {said.repetitions} repeated at "
        f"once, {len(said.later)} an hour later; {len(guests.class_of)} stays",
        flush=True,
    )
    _play(said, dict(os.environ), folder)
    expected = books_of(guests, legs, entries, said.repeated_late, unreadable(bad))
    return _compare(expected)


def _play(said: Post, environ: dict[str, str], logs: Path) -> None:
    from pbx.models import Pbx

    path = f"/reports/{Pbx.objects.get().report_secret}/"
    port = free_port()
    bare = _bare_commit()
    with processes.workers(environ, logs) as working:
        worker = working.pid("worker")
        before = processes.seconds_of_cpu(worker)
        with processes.receiver(environ, logs, port) as receiver:
            idle, began = processes.seconds_of_cpu(receiver), time.monotonic()
            took = processes.send(port, path, said.first)
            used = processes.seconds_of_cpu(receiver) - idle
        _print_speed("received", len(said.first), took, used, bare)
        _finish(working)
        took, used = time.monotonic() - began, processes.seconds_of_cpu(worker) - before
        _print_speed("given their effect", len(said.first), took, used, bare)
        with processes.receiver(environ, logs, port, offset=processes.LATER):
            processes.send(port, path, said.later)
        _finish(working)


def _finish(working: Supervisor) -> None:
    """Wait until no report is left unprocessed and no event unnumbered."""
    from events.models import Event
    from pbx.models import Report

    def is_over() -> bool:
        working.check()
        waiting = Report.objects.filter(state=Report.State.RECEIVED).exists()
        return not waiting and not Event.objects.filter(sequence__isnull=True).exists()

    wait_until(is_over, 7200, "the worker")


def _print_speed(what: str, count: int, took: float, used: float, bare: float) -> None:
    print(
        f"{count} reports {what} in {took:.1f} s: {count / took:.0f} a second; "
        f"{1000 * used / count:.1f} ms of its CPU each, {used / count / bare:.0f} times "
        "what a client spends on one bare committed row",
        flush=True,
    )


def _bare_commit() -> float:
    """The baseline: CPU seconds to insert and commit one row of that size."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE soak_bare (id bigserial PRIMARY KEY, body bytea)")
        began = time.process_time()
        for _ in range(_ROWS):
            cursor.execute("INSERT INTO soak_bare (body) VALUES (%s)", [b"x" * 300])
        took = time.process_time() - began
        cursor.execute("DROP TABLE soak_bare")
    return took / _ROWS


def _compare(expected: Books) -> list[str]:
    found = books.read()
    wrong = [*differences(expected, found), *books.inconsistencies()]
    total = sum(found.folios.values()) - sum(expected.folios.values())
    if total:
        wrong.append(f"all folios together are {total} cents apart")
    if not wrong:
        print(f"To the cent: {figures(found)}.")
    return wrong


if __name__ == "__main__":
    main()
