"""Which handlers a kind of report goes to: dotted paths in ``settings.PBX_REPORT_HANDLERS``.

So reports travel up to layers that this one must not import. The paths are checked at start.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.utils.module_loading import import_string

from pbx.models import Report
from pbx.reports.parsing import ParsedReport


@dataclass(frozen=True)
class Processed:
    """The report had its effect; ``detail`` says which, for a person."""

    detail: str = ""


@dataclass(frozen=True)
class Ignored:
    """Nothing is to be done about it, and that is right."""

    reason: str


@dataclass(frozen=True)
class Parked:
    """A person must look. ``reason`` says what is wrong and what to do."""

    reason: str


Outcome = Processed | Ignored | Parked
# None: not mine, ask the next one.
Handler = Callable[[Report, ParsedReport], Outcome | None]


@cache
def handlers_for(action: str) -> tuple[Handler, ...]:
    """The handlers of a kind of report, in order; empty for kinds that nobody asked for."""
    return tuple(import_string(path) for path in settings.PBX_REPORT_HANDLERS.get(action, ()))


def check_handlers(app_configs: Sequence[Any] | None, **kwargs: object) -> list[CheckMessage]:
    """Every path in the settings leads to something that can be called."""
    faults: list[CheckMessage] = []
    for action, paths in settings.PBX_REPORT_HANDLERS.items():
        for path in paths:
            try:
                import_string(path)
            except ImportError as fault:
                faults.append(Error(f"Handler {path} of {action}: {fault}", id="pbx.E001"))
    return faults
