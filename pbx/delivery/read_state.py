"""Read the state of a phone that is lost when it is reset."""

from typing import Any

from pbx.delivery.leased_client import LeasedClient
from pbx.models import Command


def deliver(leased: LeasedClient, commands: list[Command]) -> dict[int, dict[str, Any]]:
    """Do-not-disturb, and the sender and time of voicemail messages (PBX local time)."""
    (command,) = commands
    found = leased.renew_lease().extensions.query([command.extension])
    messages = leased.renew_lease().voicemail.query([command.extension])
    return {
        command.pk: {
            "dnd": "on" if any(each.is_on("dnd") for each in found) else "off",
            "voicemail": [
                {
                    "from": message.sender,
                    "left_at": message.left_at.isoformat() if message.left_at else None,
                    "seconds": message.seconds,
                    "status": message.status,
                }
                for message in messages
            ],
        }
    }
