"""ivr/query (L1917-L1998): the voice menus of the PBX."""

from pbx.client.caller import Caller


class Ivrs:
    """Calls about the voice menus."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def numbers(self) -> tuple[str, ...]:
        """The numbers of all menus."""
        answer = self._caller.call("ivr/query")
        found = (each.text("ivrnumber") for each in answer.objects("ivr"))
        return tuple(number for number in found if number)
