"""What differs between a recording and what there is now, in words for whoever changed it."""

from collections.abc import Iterator
from typing import Any, Final

_MOST: Final = 40


def differences(recorded: Any, now: Any) -> str:
    """Empty: nothing."""
    found = list(_between(recorded, now, ""))
    more = f"\n… and {len(found) - _MOST} more" if len(found) > _MOST else ""
    return "\n".join(found[:_MOST]) + more


def _between(recorded: Any, now: Any, place: str) -> Iterator[str]:
    if isinstance(recorded, dict) and isinstance(now, dict):
        for name in sorted({*recorded, *now}):
            inside = f"{place}/{name}"
            if name not in now:
                yield f"gone:    {inside}: {_short(recorded[name])}"
            elif name not in recorded:
                yield f"added:   {inside}: {_short(now[name])}"
            else:
                yield from _between(recorded[name], now[name], inside)
    elif isinstance(recorded, list) and isinstance(now, list) and len(recorded) == len(now):
        for number, (old, new) in enumerate(zip(recorded, now, strict=True)):
            yield from _between(old, new, f"{place}/{number}")
    elif isinstance(recorded, list) and isinstance(now, list):
        yield from (f"gone:    {place}: {_short(each)}" for each in recorded if each not in now)
        yield from (f"added:   {place}: {_short(each)}" for each in now if each not in recorded)
    elif recorded != now:
        yield f"changed: {place}: {_short(recorded)} is {_short(now)}"


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 200 else f"{text[:200]}…"
