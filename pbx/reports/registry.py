"""The handlers of each kind of report: dotted paths in ``settings.PBX_REPORT_HANDLERS``.

Reports thus reach layers that this one must not import. The paths are checked at startup.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage
from django.utils.module_loading import import_string

from hotelpbx.dotted_paths import import_errors
from pbx.models import Report
from pbx.reports.parsing import ParsedReport


@dataclass(frozen=True)
class Processed:
    """The report was applied; ``detail`` says how, for people."""

    detail: str = ""


@dataclass(frozen=True)
class Ignored:
    """The report needs no action; ``reason`` says why."""

    reason: str


@dataclass(frozen=True)
class Parked:
    """A person must decide. ``reason`` says what is wrong and what to do."""

    reason: str


Outcome = Processed | Ignored | Parked
# None: not handled, call the next handler.
Handler = Callable[[Report, ParsedReport], Outcome | None]


@cache
def handlers_for(action: str) -> tuple[Handler, ...]:
    """The handlers of a kind of report, in order; empty if there are none."""
    return tuple(import_string(path) for path in settings.PBX_REPORT_HANDLERS.get(action, ()))


def check_handlers(app_configs: Sequence[Any] | None, **kwargs: object) -> list[CheckMessage]:
    """Check that every path in the settings can be imported."""
    return import_errors(
        (
            (f"Handler {path} of {action}", path)
            for action, paths in settings.PBX_REPORT_HANDLERS.items()
            for path in paths
        ),
        "pbx.E001",
    )
