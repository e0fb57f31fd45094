"""The PBX client with which claimed commands are delivered."""

from collections.abc import Sequence

from pbx.client import PbxClient
from pbx.delivery.claiming import renew
from pbx.models import Command


class LeasedClient:
    """A client on behalf of claimed commands: their leases are renewed before each request."""

    def __init__(self, client: PbxClient, commands: Sequence[Command]) -> None:
        self._client = client
        self._commands = commands

    def renew_lease(self) -> PbxClient:
        """Renew the leases in the database, then return the client for one request.

        :raises ClaimLost: another worker has the commands now
        """
        renew(self._commands)
        return self._client
