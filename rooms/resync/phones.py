"""Name, voicemail, routes and restriction of each phone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction

from pbx import outbox
from pbx.client import ExtensionSettings, ExtensionUpdate
from pbx.models import Command
from pbx.names import fit_name, transliterate
from rooms.locking import lock_rooms
from rooms.models import Phone, Property, Room, Stay
from rooms.phones import do_not_disturb, provisioning
from rooms.resync.difference import Difference, Survey

_WORDS: Final = {
    "username": "name",
    "hasvoicemail": "voicemail",
    "selectoutroute": "outbound routes",
    "callrestriction": "restriction",
}
_DND: Final = "dnd"
# Settings of the last guest that a vacant phone may still have (T13), and their labels.
_LEFT_BEHIND: Final = {
    "dnd": "do-not-disturb",
    "alwaysforward": "forwarding, always",
    "noanswerforward": "forwarding, no answer",
    "busyforward": "forwarding, busy",
}
# Former stays of a room whose names are recognized.
_REMEMBERED: Final = 100

SUBJECT: Final = "resync"


class Phones:
    """Compares what :mod:`rooms.phones.provisioning` sets."""

    name = "phones"

    def compare(self, survey: Survey) -> Iterable[Difference]:
        for phone in survey.phones:
            if phone.extension in survey.failed:
                continue
            stay = provisioning.main_stay(phone.room)
            found = _Phone(phone, survey.shown[phone.extension])
            yield from found.occupied(stay) if stay else found.vacant(survey)

    def repair(self, property_: Property, difference: Difference) -> str:
        with transaction.atomic():
            phone = Phone.objects.filter(property=property_, extension=difference.extension).first()
            if phone is None or property_.pbx is None:
                return "left: the phone is in no room any more"
            room = lock_rooms([phone.room])[phone.room_id]
            stay = provisioning.main_stay(room)
            if difference.key in _WORDS:
                return _repair_setting(property_, phone, stay, difference.key)
            if stay is not None and difference.key == _DND:
                return _repair_do_not_disturb(property_, phone, stay, room)
            if stay is not None:
                return "left: a guest has checked in since"
            return _repair_vacant(property_, phone, difference.key)


def _repair_vacant(property_: Property, phone: Phone, what: str) -> str:
    """Reset what is left on a vacant phone, unless a command does so already."""
    assert property_.pbx is not None  # noqa: S101 (checked by the caller)
    states = [*outbox.UNFINISHED, Command.State.FAILED]
    lane = Command.objects.filter(pbx=property_.pbx, extension=phone.extension, state__in=states)
    if lane.exclude(subject=SUBJECT).exists():
        return "left: another command is pending for the phone"
    if what in _LEFT_BEHIND:
        outbox.provision(property_.pbx, phone.extension, {what: "off"}, subject=SUBJECT)
    elif not lane.filter(kind=Command.Kind.DEPROVISION).exists():
        outbox.deprovision(property_.pbx, phone.extension, subject=SUBJECT)
        outbox.provision(
            property_.pbx, phone.extension, provisioning.VACANT_SETTINGS, subject=SUBJECT
        )
    return "is being repaired"


def _repair_setting(property_: Property, phone: Phone, stay: Stay | None, setting: str) -> str:
    if stay is None or property_.pbx is None:
        return "left: the guest has left since"
    values = {setting: provisioning.settings_for(stay)[setting]}
    outbox.provision(
        property_.pbx, phone.extension, values, subject=provisioning.command_subject(stay)
    )
    return "is being repaired"


def _repair_do_not_disturb(property_: Property, phone: Phone, stay: Stay, room: Room) -> str:
    if property_.pbx is None or not do_not_disturb.is_requested(room) or phone.dnd_suspended:
        return "left: it is not requested any more"
    subject = provisioning.command_subject(stay)
    outbox.provision(property_.pbx, phone.extension, {_DND: "on"}, subject=subject)
    return "is being repaired"


@dataclass(frozen=True)
class _Phone:
    phone: Phone
    shown: ExtensionSettings

    def occupied(self, stay: Stay) -> Iterator[Difference]:
        """Compare all that a check-in sets, and do-not-disturb if it is requested for the room.

        Otherwise do-not-disturb is up to the guest.
        """
        values: dict[str, Any] = dict(provisioning.settings_for(stay))
        names = _forms(provisioning.display_name(stay))
        values["username"] = self.shown.name if self.shown.name in names else min(names)
        update = ExtensionUpdate(**values)
        wanted = update.values()
        for setting in self.shown.lacks(update):
            expected = (
                provisioning.display_name(stay) if setting == "username" else _text(wanted[setting])
            )
            yield self._difference(setting, _WORDS[setting], expected, ours=True)
        wanted_quiet = do_not_disturb.is_requested(self.phone.room) and not self.phone.dnd_suspended
        if wanted_quiet and self.shown.is_on(_DND) is False:
            yield self._difference(_DND, _LEFT_BEHIND[_DND], "on", ours=True)

    def vacant(self, survey: Survey) -> Iterator[Difference]:
        """Compare a vacant phone: what the last guest, a backup or a person has left."""
        name = self.shown.name
        # The PBX may reset the name to the extension or to nothing: both are accepted.
        if name not in ("", self.phone.extension):
            # A reset would also delete an alarm that somebody has set since.
            ours = name in _names_of_guests(self.phone.room) and not (
                survey.client.wakeupcalls.query(self.phone.extension)
            )
            yield self._difference("left-name", "name", "no guest's", name, ours=ours)
        if self.shown.routes:
            yield self._difference(
                "left-routes", "outbound routes", "none", _text(self.shown.routes), ours=False
            )
        for setting, words in _LEFT_BEHIND.items():
            if self.shown.is_on(setting):
                yield self._difference(setting, words, "off", "on", ours=False)

    def _difference(
        self, key: str, what: str, expected: str, actual: str | None = None, *, ours: bool
    ) -> Difference:
        if actual is None:
            routes = key == "selectoutroute"
            actual = _text(self.shown.routes if routes else self.shown.shown.get(key))
        return Difference(
            part=Phones.name,
            key=key,
            extension=self.phone.extension,
            room=self.phone.room.number,
            what=what,
            expected=expected,
            actual=actual,
            ours=ours,
        )


def _forms(name: str) -> set[str]:
    """The forms in which the PBX may have stored a name (T31)."""
    return {fit_name(name), transliterate(name)}


def _names_of_guests(room: Room) -> set[str]:
    held = room.occupancies.select_related("stay").order_by("-since")[:_REMEMBERED]
    return {form for each in held for form in _forms(provisioning.display_name(each.stay))}


def _text(value: object) -> str:
    return (", ".join(value) if isinstance(value, tuple) else str(value or "")) or "none"
