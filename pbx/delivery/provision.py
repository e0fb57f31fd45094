"""``extension/update``, read back (T12): what the PBX says it did is not taken on trust."""

from dataclasses import replace
from typing import Any, Final

from pbx.client import ExtensionSettings, ExtensionUpdate
from pbx.delivery.leased_client import LeasedClient
from pbx.errors import ExtensionRefused, Rejected
from pbx.models import Command
from pbx.names import fit_name, transliterate

# Not a setting of the PBX's but a wish: the last guest's voicemail PIN is to be forgotten (T13).
RESET_PIN: Final = "reset_pin"


def deliver(leased: LeasedClient, commands: list[Command]) -> dict[int, dict[str, Any]]:
    """Set the wishes of one command. After a lost answer the PBX is asked first."""
    (command,) = commands
    payload = dict(command.payload)
    resets_pin = payload.pop(RESET_PIN, False)
    wishes = ExtensionUpdate(**payload)
    if wishes.username is not None:
        wishes = replace(wishes, username=fit_name(wishes.username))
    if wishes.values() and not (command.outcome_unknown and _is_set(leased, command, wishes)):
        wishes = _update(leased, command.extension, wishes)
        for actual in leased.renew_lease().extensions.query([command.extension]):
            _compare(actual, wishes)
    if resets_pin:
        _reset_pin(leased, command)
    return {command.pk: {"username": wishes.username} if wishes.username else {}}


def _is_set(leased: LeasedClient, command: Command, wishes: ExtensionUpdate) -> bool:
    """Whether the phone is known to be as it shall be: each wish is shown, none differs."""
    found = leased.renew_lease().extensions.query([command.extension])
    return bool(found) and all(
        not actual.lacks(wishes) and actual.shows(wishes) for actual in found
    )


def _reset_pin(leased: LeasedClient, command: Command) -> None:
    pin = command.pbx.voicemail_pin or command.extension
    try:
        leased.renew_lease().extensions.update(command.extension, ExtensionUpdate(vmsecret=pin))
    except ExtensionRefused as fault:
        raise Rejected(
            f"The PBX does not take the voicemail PIN for vacant phones ({fault}) "
            "The last guest's PIN still opens the box. Set pbx.voicemail_pin to one that the "
            "PBX takes, then try again."
        ) from None


def _update(leased: LeasedClient, extension: str, wishes: ExtensionUpdate) -> ExtensionUpdate:
    """Send the wishes; a name that the PBX refuses (10017) is sent in plain letters (T31)."""
    try:
        leased.renew_lease().extensions.update(extension, wishes)
    except ExtensionRefused:
        plain = transliterate(wishes.username) if wishes.username else None
        if plain is None or plain == wishes.username:
            raise
        wishes = replace(wishes, username=plain)
        leased.renew_lease().extensions.update(extension, wishes)
    return wishes


def _compare(actual: ExtensionSettings, sent: ExtensionUpdate) -> None:
    """A difference is a fault for a person, with both values."""
    wanted = sent.values()
    for name in actual.lacks(sent):
        shown = actual.routes if name == "selectoutroute" else actual.shown.get(name)
        raise Rejected(
            f"The PBX accepted {name} “{_words(wanted[name])}” for extension {actual.number} "
            f"but shows “{_words(shown)}”. Look at the extension on the PBX, then try again."
        )


def _words(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value or "")
