"""Benchmark of rating calls with 50,000 prefixes, compared with plain dict lookups.

Prints how many calls a second the engine rates, database left out, and the ratio to two
baselines of the same run: a plain program that does the same for one tariff with dicts by prefix
length, and such a lookup alone, without a price.

    python bench/rating.py [--prefixes 50000] [--calls 200000]
"""

import argparse
import gc
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CHECKOUT))

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
ROUNDS = 7

Dialed = tuple[str, datetime, int]  # number, instant, seconds of talk
Rows = dict[int, dict[str, list[Any]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--prefixes", type=int, default=50_000)
    parser.add_argument("--calls", type=int, default=200_000)
    options = parser.parse_args()
    _settings()
    chance = random.Random(7_150)  # noqa: S311 - the same list every time
    rates = _rates(options.prefixes, chance)
    calls = _calls(rates, options.calls, chance)
    engine, lookup, plain = (
        _engine(rates, calls),
        _lookup(rates, calls),
        _plain(rates, calls),
    )
    _report(len(rates), len(calls), _speeds([engine, lookup, plain], len(calls)))


def _settings() -> None:
    """Set up Django with the project's settings; no server is contacted."""
    nowhere = {"DATABASE_URL": "postgresql://nowhere/x", "REDIS_URL": "redis://nowhere"}
    os.environ.update(nowhere, SECRET_KEY="for this run only, and long enough", DEBUG="off")
    os.environ["DJANGO_SETTINGS_MODULE"] = "hotelpbx.settings"
    import django

    django.setup()


def _rates(number: int, chance: random.Random) -> list[Any]:
    """Prefixes of 2 to 11 digits, mostly long; every fifth with a day and a night price."""
    from billing.rating import ALWAYS, Band, Rate

    day, night = Band(frozenset(range(7)), 480, 1200), Band(frozenset(range(7)), 1200, 480)
    prefixes = {"", "0", "00"}
    while len(prefixes) < number:
        digits = chance.choices(range(2, 10), (1, 2, 4, 8, 12, 10, 6, 3))[0]
        prefixes.add("00" + "".join(chance.choices("0123456789", k=digits)))
    rates = []
    for place, prefix in enumerate(sorted(prefixes)):
        fee, minute = Decimal(place % 7) / 4, Decimal(chance.randrange(1, 900_000)) / 100_000
        bands = (day, night) if prefix and place % 5 == 0 else (ALWAYS,)
        rates += [Rate(prefix, f"Zone {place}", fee, minute, 60, 6, 0, band) for band in bands]
    return rates


def _calls(rates: Sequence[Any], number: int, chance: random.Random) -> list[Dialed]:
    """Calls with the outside-line digit 9: mostly international, at any hour."""
    calls = []
    for _ in range(number):
        prefix = chance.choice(rates).prefix
        rest = "".join(chance.choices("0123456789", k=max(13 - len(prefix), 4)))
        instant = BEGUN + timedelta(seconds=chance.randrange(300 * 86_400))
        calls.append((f"9{prefix}{rest}", instant, chance.randrange(1, 1800)))
    return calls


def _engine(rates: Sequence[Any], calls: Sequence[Dialed]) -> Callable[[], Any]:
    """The work of billing/calls/charging.py for a call, except writing the row."""
    from billing.calls import charging as billing
    from billing.calls.allowances import NOTHING
    from billing.calls.quotes import quote_call
    from billing.models import Call
    from billing.rating import Tariff
    from billing.tariff_book import Book
    from rooms.models import ClassOfService, Property, Stay

    hotel = Property(timezone="Asia/Shanghai", currency="CNY", emergency_numbers=["110", "119"])
    stay = Stay(property=hotel, class_of_service=ClassOfService(tariff="standard"))
    earlier = Tariff("standard", BEGUN - timedelta(days=365), ("9",), Decimal(0), ())
    now = Tariff("standard", BEGUN, ("9",), Decimal("0.15"), tuple(rates))
    by_trunk = Tariff("sip", BEGUN, (), Decimal(0), (), frozenset({"SIP-cheap"}))
    book = Book(1, "standard", {"standard": (earlier, now), "sip": (by_trunk,)})
    rows = [
        Call(
            property=hotel,
            stay=stay,
            call_to=to,
            started_at=at,
            talk_seconds=talk,
            trunk="SPS",
            status="ANSWERED",
        )
        for to, at, talk in calls
    ]

    def run() -> None:
        for row in rows:
            rating = quote_call(row, book)
            billing.apply_rating(row, rating, NOTHING)
            billing.posting_of(row, rating, NOTHING)

    return run


def _lookup(rates: Sequence[Any], calls: Sequence[Dialed]) -> Callable[[], Any]:
    """Find the longest prefix with a dict per length; no price is computed."""
    rows = _by_length(rates)
    lengths = sorted(rows, reverse=True)

    def run() -> None:
        for dialed, _, _ in calls:
            number = dialed[1:]
            for length in lengths:
                if rows[length].get(number[:length]) is not None:
                    break

    return run


def _plain(rates: Sequence[Any], calls: Sequence[Dialed]) -> Callable[[], Any]:
    """A program for this one tariff: plain dicts by length, up to a line of the folio.

    Digits, outside line, edition, longest prefix, band, formula in Decimal, text; no objects.
    """
    rows = _by_length(rates)
    lengths = sorted(rows, reverse=True)
    editions = [(BEGUN, rows, Decimal("1.15"))]
    zone, sixty, cent = ZoneInfo("Asia/Shanghai"), Decimal(60), Decimal("0.01")

    def run() -> None:
        for dialed, at, talk in calls:
            number = "".join(digit for digit in dialed if digit in "0123456789+*#")
            number = number.removeprefix("9")
            _, table, share = max(edition for edition in editions if edition[0] <= at)
            local = at.astimezone(zone)
            minute = local.hour * 60 + local.minute
            found = None
            for length in lengths:
                for rate in table[length].get(number[:length], ()):
                    start, end = rate.band.start, rate.band.end
                    if start <= minute < end if start < end else not end <= minute < start:
                        found = rate
                        break
                if found is not None:
                    break
            if found is None:
                continue
            first, step = found.initial_increment, found.increment
            billed = first + -(-max(talk - first, 0) // step) * step
            exact = (found.connection_fee + billed / sixty * found.price_per_minute) * share
            amount = exact.quantize(cent, ROUND_HALF_UP)
            f"Call to {number} {found.description} ({talk // 60}:{talk % 60:02}) {amount}"

    return run


def _by_length(rates: Sequence[Any]) -> Rows:
    rows: Rows = {}
    for rate in rates:
        rows.setdefault(len(rate.prefix), {}).setdefault(rate.prefix, []).append(rate)
    return rows


def _speeds(programs: Sequence[Callable[[], Any]], calls: int) -> list[float]:
    """Calls per second of CPU time: the median of several rounds, after a warm-up."""
    took: list[list[float]] = [[] for _ in programs]
    gc.disable()
    for _ in range(ROUNDS + 1):
        for place, program in enumerate(programs):
            began = time.process_time()
            program()
            took[place].append(time.process_time() - began)
            gc.collect()
    return [calls / statistics.median(each[1:]) for each in took]


def _report(rates: int, calls: int, speeds: Sequence[float]) -> None:
    engine, lookup, plain = speeds
    print(f"{rates:,} rates, {calls:,} calls")
    print(f"rated by the engine:       {engine:>10,.0f} calls a second")
    print(f"plain program:            {plain:>10,.0f} calls a second: ratio {engine / plain:.2f}")
    print(f"lookup alone, no price:   {lookup:>10,.0f} calls a second: ratio {engine / lookup:.2f}")


if __name__ == "__main__":
    main()
