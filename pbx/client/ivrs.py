"""ivr/query (L1917-L1998): the IVRs (voice menus) of the PBX."""

from pbx.client.caller import Caller


class Ivrs:
    """Requests about the IVRs."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def numbers(self) -> tuple[str, ...]:
        """The numbers of all IVRs."""
        answer = self._caller.call("ivr/query")
        found = (each.text("ivrnumber") for each in answer.objects("ivr"))
        return tuple(number for number in found if number)
