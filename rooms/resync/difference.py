"""Differences, and the parts of a comparison that find and repair them."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any, Protocol, Self

from django.conf import settings
from django.core.checks import CheckMessage
from django.utils.module_loading import import_string

from hotelpbx.dotted_paths import import_errors
from pbx.client import ExtensionSettings, PbxClient
from rooms.models import Phone, Property


@dataclass(frozen=True)
class Difference:
    """One setting that is not as the hotel expects it, as text for a person.

    :ivar part: who found it and can repair it
    :ivar key: identifies it among the differences of the same phone
    :ivar ours: the hotel has set or requires it: repaired automatically
    :ivar can_repair: whether the hotel can repair it
    :ivar outcome: what was done about it; empty: nothing
    """

    part: str
    key: str
    extension: str
    room: str
    what: str
    expected: str
    actual: str
    ours: bool
    can_repair: bool = True
    outcome: str = ""

    @property
    def id(self) -> str:
        """Identifies it within a comparison."""
        return f"{self.part}/{self.extension}/{self.key}"

    def with_outcome(self, outcome: str) -> Self:
        """A copy with ``outcome``."""
        return replace(self, outcome=outcome)

    def as_json(self) -> dict[str, Any]:
        """As stored with the comparison."""
        return asdict(self)


@dataclass(frozen=True)
class Survey:
    """What was read from the PBX.

    :ivar phones: phones to compare: on the PBX, without pending commands
    :ivar shown: their settings on the PBX, by extension
    :ivar failed: extensions with a failed command that waits for a person: their settings are not
        compared, their alarms are
    :ivar busy: extensions with pending commands, which could not be compared
    """

    property_: Property
    client: PbxClient
    phones: Sequence[Phone]
    shown: Mapping[str, ExtensionSettings]
    failed: Set[str]
    busy: Set[str]


class Part(Protocol):
    """Compares one aspect of the phones. Instances hold no state."""

    name: str

    def compare(self, survey: Survey) -> Iterable[Difference]:
        """The differences. Raises ``PbxError`` if the PBX cannot be reached."""

    def repair(self, property_: Property, difference: Difference) -> str:
        """Enqueue the repair, if it is still right; returns what was done, as text."""


@cache
def parts() -> tuple[Part, ...]:
    """An instance of each part in the settings."""
    return tuple(import_string(path)() for path in settings.RESYNC_PARTS)


def check_parts(app_configs: Sequence[Any] | None, **kwargs: object) -> list[CheckMessage]:
    """Each path in the settings can be imported."""
    paths = settings.RESYNC_PARTS
    return import_errors(((f"Part of a comparison {path}", path) for path in paths), "rooms.E002")
