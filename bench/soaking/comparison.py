"""Comparing expected and found charges."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from bench.soaking.expected import Books

_SHOWN = 5


def differences(expected: Books, found: Books) -> list[str]:
    """The mismatches, one line each; empty if everything agrees to the cent."""
    lines: list[str] = []
    for each in fields(Books):
        wanted, there = getattr(expected, each.name), getattr(found, each.name)
        lines += _of_one_kind(each.name.replace("_", " "), wanted, there)
    return lines


def _of_one_kind(kind: str, wanted: Counter[Any], there: Counter[Any]) -> Iterator[str]:
    # A name with 0 is the same as none.
    wrong = [name for name in wanted | there if wanted[name] != there[name]]
    for name in wrong[:_SHOWN]:
        yield f"{kind}: {name!r} must be {wanted[name]}, is {there[name]}"
    if len(wrong) > _SHOWN:
        yield f"{kind}: {len(wrong) - _SHOWN} more differ"


def figures(books: Books) -> str:
    """A summary of the compared data."""
    total = sum(books.folios.values())
    charged = sum(books.charges.values())
    return (
        f"{sum(books.legs.values())} calls and minibar entries made {charged} charges on "
        f"{len(books.folios)} folios, {total // 100}.{total % 100:02} EUR; "
        f"{sum(books.unclaimed_calls.values())} calls and "
        f"{sum(books.unclaimed_entries.values())} entries unclaimed, "
        f"{sum(books.unrated_calls.values())} calls unrated, "
        f"{sum(books.repeated_entries.values())} entries repeated late, "
        f"{sum(books.parked.values())} reports parked, {len(books.emergencies)} emergencies"
    )
