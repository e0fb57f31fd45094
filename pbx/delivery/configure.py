"""``extension/update``, read back (T12): what the PBX says it did is not taken on trust."""

from dataclasses import replace
from typing import Any

from pbx.client import ExtensionSettings, ExtensionUpdate
from pbx.delivery.conversation import Conversation
from pbx.errors import ExtensionRefused, Rejected
from pbx.models import Command
from pbx.names import fit_name, transliterate


def deliver(talk: Conversation, commands: list[Command]) -> dict[int, dict[str, Any]]:
    """Set the wishes of one command. Setting the same twice is harmless."""
    (command,) = commands
    wishes = ExtensionUpdate(**command.payload)
    if wishes.username is not None:
        wishes = replace(wishes, username=fit_name(wishes.username))
    sent = _update(talk, command.extension, wishes)
    for actual in talk.pbx.extensions.query([command.extension]):
        _compare(actual, sent)
    return {command.pk: {"username": sent.username} if sent.username else {}}


def _update(talk: Conversation, extension: str, wishes: ExtensionUpdate) -> ExtensionUpdate:
    """Send the wishes; a name that the PBX refuses (10017) is sent in plain letters (T31)."""
    try:
        talk.pbx.extensions.update(extension, wishes)
    except ExtensionRefused:
        plain = transliterate(wishes.username) if wishes.username else None
        if plain is None or plain == wishes.username:
            raise
        wishes = replace(wishes, username=plain)
        talk.pbx.extensions.update(extension, wishes)
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
