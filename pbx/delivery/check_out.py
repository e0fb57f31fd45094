"""``hotel/checkout`` for one or many extensions (L4698-L4732).

Repeating it after a lost answer is harmless for as long as the lane is ours: the next guest's
commands wait behind it (T11).
"""

from typing import Any

from pbx.delivery.conversation import Conversation
from pbx.models import Command


def deliver(talk: Conversation, commands: list[Command]) -> dict[int, dict[str, Any]]:
    """Wipe the extensions of all the commands in one request."""
    talk.pbx.hotel.checkout([command.extension for command in commands])
    return {}
