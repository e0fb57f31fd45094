"""The findings as an aligned plain-text table."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from configuration.doctor.findings import Finding, State

_WIDTH: Final = 100
_STATE: Final = max(len(state) for state in State)


def table(title: str, findings: Sequence[Finding]) -> Iterator[str]:
    """Lines: name, state, detail, and below it the remedy."""
    yield title
    name = max((len(finding.name) for finding in findings), default=0)
    for finding in findings:
        head = f"  {finding.name:<{name}}  {finding.state:<{_STATE}}  "
        yield from _wrapped(finding.detail, head, " " * len(head))
        if finding.remedy:
            indent = " " * len(head)
            yield from _wrapped(finding.remedy, f"{indent}→ ", f"{indent}  ")


def summary(findings: Iterable[Finding]) -> str:
    """``14 findings: 1 fault, 2 warnings, 3 skipped.``"""
    states = [finding.state for finding in findings]
    parts = [
        _count(states.count(State.FAULT), "fault"),
        _count(states.count(State.WARNING), "warning"),
    ]
    if skipped := states.count(State.SKIPPED):
        parts.append(f"{skipped} skipped")
    return f"{_count(len(states), 'finding')}: {', '.join(parts)}."


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"


def _wrapped(text: str, first: str, following: str) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=following,
        break_long_words=False,
        break_on_hyphens=False,
    )
