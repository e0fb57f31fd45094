"""``extension/update``, verified by a query (T12): its answer alone is not reliable."""

from dataclasses import replace
from typing import Any, Final

from pbx.client import ExtensionSettings, ExtensionUpdate
from pbx.delivery.leased_client import LeasedClient
from pbx.errors import ExtensionRefused, Rejected
from pbx.models import Command
from pbx.names import fit_name, transliterate

# Not a setting of the PBX: the last guest's voicemail PIN must be reset (T13).
RESET_PIN: Final = "reset_pin"


def deliver(leased: LeasedClient, commands: list[Command]) -> dict[int, dict[str, Any]]:
    """Apply the settings of one command. After a lost answer the PBX is queried first."""
    (command,) = commands
    payload = dict(command.payload)
    resets_pin = payload.pop(RESET_PIN, False)
    wanted = ExtensionUpdate(**payload)
    if wanted.username is not None:
        wanted = replace(wanted, username=fit_name(wanted.username))
    if wanted.values() and not (command.outcome_unknown and _is_set(leased, command, wanted)):
        wanted = _update(leased, command.extension, wanted)
        for actual in leased.renew_lease().extensions.query([command.extension]):
            _compare(actual, wanted)
    if resets_pin:
        _reset_pin(leased, command)
    return {command.pk: {"username": wanted.username} if wanted.username else {}}


def _is_set(leased: LeasedClient, command: Command, wanted: ExtensionUpdate) -> bool:
    """Whether the PBX shows every wanted setting, and none differs."""
    found = leased.renew_lease().extensions.query([command.extension])
    return bool(found) and all(
        not actual.lacks(wanted) and actual.shows(wanted) for actual in found
    )


def _reset_pin(leased: LeasedClient, command: Command) -> None:
    pin = command.pbx.voicemail_pin or command.extension
    try:
        leased.renew_lease().extensions.update(command.extension, ExtensionUpdate(vmsecret=pin))
    except ExtensionRefused as fault:
        raise Rejected(
            f"The PBX does not accept the voicemail PIN for vacant phones ({fault}) "
            "The last guest's PIN still opens the mailbox. Set pbx.voicemail_pin to one that the "
            "PBX accepts, then try again."
        ) from None


def _update(leased: LeasedClient, extension: str, wanted: ExtensionUpdate) -> ExtensionUpdate:
    """Send the settings; a name that the PBX rejects (10017) is sent in plain letters (T31)."""
    try:
        leased.renew_lease().extensions.update(extension, wanted)
    except ExtensionRefused:
        plain = transliterate(wanted.username) if wanted.username else None
        if plain is None or plain == wanted.username:
            raise
        wanted = replace(wanted, username=plain)
        leased.renew_lease().extensions.update(extension, wanted)
    return wanted


def _compare(actual: ExtensionSettings, sent: ExtensionUpdate) -> None:
    """Raise ``Rejected``, with both values, if a setting differs."""
    expected = sent.values()
    for name in actual.lacks(sent):
        shown = actual.routes if name == "selectoutroute" else actual.shown.get(name)
        raise Rejected(
            f"The PBX accepted {name} “{_words(expected[name])}” for extension {actual.number} "
            f"but shows “{_words(shown)}”. Look at the extension on the PBX, then try again."
        )


def _words(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value or "")
