"""Numbers dialed inside the hotel: none may have two meanings."""

from collections.abc import Iterator

from rooms.feature_codes.registry import codes_of
from rooms.models import Property, Room
from wakeups.settings import settings_of


def owner_of(
    property_: Property, number: str, *, besides: tuple[str, ...] = (), room: Room | None = None
) -> str:
    """What ``number`` already means, in words; empty: nothing.

    :param besides: ``codes`` or ``ivr``, if these are being changed
    :param room: the room whose extensions are being changed
    """
    return next((words for taken, words in _taken(property_, besides, room) if taken == number), "")


def clashes(property_: Property) -> Iterator[str]:
    """Every number with two meanings, in words."""
    owners: dict[str, str] = {}
    for number, words in _taken(property_, (), None):
        if number and owners.setdefault(number, words) != words:
            yield f"{number} is {owners[number]} and {words}"


def _taken(
    property_: Property, besides: tuple[str, ...], room: Room | None
) -> Iterator[tuple[str, str]]:
    if "codes" not in besides:
        for name, code in codes_of(property_).items():
            yield code, f"the {name} code"
    if "ivr" not in besides:
        yield settings_of(property_).confirm_ivr, "the confirmation IVR of the wake-up calls"
    for phone in property_.phones.exclude(room=room).select_related("room"):
        yield phone.extension, f"an extension of room {phone.room}"
