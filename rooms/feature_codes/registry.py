"""Reads each DTMF report once and hands it to the feature code that it begins with.

``settings.FEATURE_CODES`` maps the name of a feature code to its handler; the layers above add
theirs as dotted paths. The number of the code is the hotel's own: field ``<name>_code`` of
:class:`~rooms.models.Property`. CONTRIBUTING says how to add one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.utils.module_loading import import_string

from hotelpbx.dotted_paths import import_errors
from pbx.models import Report
from pbx.reports.parsing import KeysPressed, ParsedReport
from pbx.reports.registry import Ignored, Outcome, Parked
from rooms.models import Property
from rooms.report_handlers import property_of


@dataclass(frozen=True)
class Entry:
    """What was keyed in at a phone.

    :param extension: the phone
    :param keys: the whole entry, e.g. ``777*01``
    :param code: the feature code that it begins with, e.g. ``777``
    """

    property_: Property
    report: Report
    callid: str
    extension: str
    keys: str
    code: str

    @property
    def arguments(self) -> str:
        """What follows the code, e.g. ``*01``."""
        return self.keys.removeprefix(self.code)


Handler = Callable[[Entry], Outcome]


def dispatch(report: Report, parsed: ParsedReport) -> Outcome:
    """The report handler for ``DTMF``. An unknown code is parked."""
    property_ = property_of(report)
    if property_ is None:
        return Parked("No property uses this PBX: load the hotel file, then replay it.")
    pressed = keys_at_phone(parsed)
    if pressed is None:
        return Ignored("Keys of a caller or in a menu, not a code of the hotel.")
    extension, keys = pressed
    name = code_name(property_, keys)
    if name:
        code = codes_of(property_)[name]
        return _handlers()[name](Entry(property_, report, parsed.callid, extension, keys, code))
    if "*" in keys:
        return Parked(f"{keys} begins with no feature code of this hotel.")
    return Ignored("Not a code of the hotel.")


def codes_of(property_: Property) -> dict[str, str]:
    """The hotel's feature codes by name: ``{"housekeeping": "777", "minibar": "778"}``."""
    return {name: getattr(property_, f"{name}_code") for name in settings.FEATURE_CODES}


def code_name(property_: Property, keys: str) -> str:
    """The name of the code that ``keys`` begin with and that something follows; empty: none.

    Where one code begins another, the longer one is meant.
    """
    matching = {n: code for n, code in codes_of(property_).items() if keys.startswith(code)}
    name = max(matching, key=lambda each: len(matching[each]), default="")
    return name if name and keys != matching[name] else ""


def keys_at_phone(parsed: ParsedReport) -> tuple[str, str] | None:
    """(extension, keys) of an entry at a phone of the hotel, e.g. ("2003", "777*01").

    None for keys pressed in an IVR, by an outside caller, or for single keys: the menus of the
    dial plan send the whole entry in ``infos`` (L6123, L6185).
    """
    pressed = KeysPressed.of_report(parsed)
    if not pressed.extension or not pressed.keys or pressed.ivr:
        return None
    return pressed.extension, pressed.keys


@cache
def _handlers() -> dict[str, Handler]:
    return {name: import_string(path) for name, path in settings.FEATURE_CODES.items()}


def check_feature_codes(app_configs: Sequence[Any] | None, **kwargs: object) -> list[CheckMessage]:
    """Each feature code has a handler that can be imported and a field for its number."""
    codes = settings.FEATURE_CODES
    paths = ((f"Feature code {name}, {path}", path) for name, path in codes.items())
    return [
        *import_errors(paths, "rooms.E004"),
        *(
            Error(f"Feature code {name}: Property has no {name}_code.", id="rooms.E005")
            for name in codes
            if not hasattr(Property, f"{name}_code")
        ),
    ]
