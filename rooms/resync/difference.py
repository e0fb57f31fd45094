"""What may differ, and who finds and repairs it."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any, Protocol, Self

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.utils.module_loading import import_string

from pbx.client import ExtensionSettings, PbxClient
from rooms.models import Phone, Property


@dataclass(frozen=True)
class Difference:
    """One thing that is not as the hotel expects it, in words for a person.

    :ivar part: who found it and can repair it
    :ivar key: tells it from the others of the same phone
    :ivar ours: the hotel put it there or must have it there: repaired without being asked
    :ivar can_repair: whether the hotel can do anything about it
    :ivar outcome: empty, or what was done about it
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
        """Tells it from all others of a comparison."""
        return f"{self.part}/{self.extension}/{self.key}"

    def with_outcome(self, outcome: str) -> Self:
        """The same, and what was done about it."""
        return replace(self, outcome=outcome)

    def as_json(self) -> dict[str, Any]:
        """For the row of the comparison."""
        return asdict(self)


@dataclass(frozen=True)
class Survey:
    """What was read from the PBX.

    :ivar phones: those to look at: on the PBX, and with nothing under way
    :ivar shown: their settings on the PBX, by extension
    :ivar failed: extensions with a failed command, which waits for a person: their settings are
        left to him, their alarms are not
    :ivar busy: extensions that were being told something, and could not be compared
    """

    property_: Property
    client: PbxClient
    phones: Sequence[Phone]
    shown: Mapping[str, ExtensionSettings]
    failed: Set[str]
    busy: Set[str]


class Part(Protocol):
    """Compares one side of the phones. Instances hold no state."""

    name: str

    def compare(self, survey: Survey) -> Iterable[Difference]:
        """What differs. Raises ``PbxError`` when the PBX cannot be asked."""

    def repair(self, property_: Property, difference: Difference) -> str:
        """Queue the repair, if it is still right; returns what was done, in words."""


@cache
def parts() -> tuple[Part, ...]:
    """One instance of each part of the settings."""
    return tuple(import_string(path)() for path in settings.RESYNC_PARTS)


def check_parts(app_configs: Sequence[Any] | None, **kwargs: object) -> list[CheckMessage]:
    """Every path in the settings leads to a part."""
    faults: list[CheckMessage] = []
    for path in settings.RESYNC_PARTS:
        try:
            import_string(path)
        except ImportError as fault:
            faults.append(Error(f"Part of a comparison {path}: {fault}", id="rooms.E002"))
    return faults
