"""hotel/checkout (L4698-L4732)."""

from collections.abc import Iterable

from pbx.client.caller import Caller
from pbx.client.values import joined_ids


class Hotel:
    """Requests about guests."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def checkout(self, extids: Iterable[str]) -> None:
        """Reset extensions after a guest: voicemail, routes, alarms and name (L4700-L4705).

        A late repetition resets the next guest's phone (T11). For several extensions there is one
        status; after a failure nobody knows which of them were done (T36).
        """
        self._caller.call("hotel/checkout", {"extid": joined_ids(extids)})
