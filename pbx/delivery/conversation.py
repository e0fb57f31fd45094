"""Speaking to the PBX for a claimed command."""

from collections.abc import Sequence

from pbx.client import PbxClient
from pbx.delivery.claiming import renew
from pbx.models import Command


class Conversation:
    """A client on behalf of some commands: each use prolongs their leases."""

    def __init__(self, client: PbxClient, commands: Sequence[Command]) -> None:
        self._client = client
        self._commands = commands

    @property
    def pbx(self) -> PbxClient:
        """The client, for one request. Raises :class:`~pbx.delivery.claiming.ClaimLost`."""
        renew(self._commands)
        return self._client
